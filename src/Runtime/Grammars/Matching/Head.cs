namespace ModelGen.Grammars.Matching;

/// <summary>
/// Where a machine is: a state of its automaton with what else the machine remembers. Made when it is first reached, once for each grammar.
/// </summary>
/// <param name="order">A number that no other head of the grammar has.</param>
internal abstract class Head(int order)
{
    private HeadCall[]? _calls;
    private Head[]? _further;

    /// <summary>A number that no other head of the grammar has; heads of a set are sorted by it.</summary>
    public int Order { get; } = order;

    /// <summary>The bytes that it takes itself, without those of machines that it calls.</summary>
    public abstract ByteSet Bytes { get; }

    /// <summary>The kinds of bytes (<see cref="ByteKinds"/>) that lead back here, with no end and no call on the way.</summary>
    public virtual ulong Loops => 0;

    /// <summary>Whether the machine may have come to its end here.</summary>
    public abstract bool Accepts { get; }

    /// <summary>Machines that may be called here.</summary>
    public HeadCall[] Calls => _calls ??= MakeCalls();

    /// <summary>Heads where the machine may be as well without taking anything.</summary>
    public Head[] Further => _further ??= MakeFurther();

    /// <summary>Whether the machine's end can be reached from here without taking anything.</summary>
    public bool Ends
    {
        get
        {
            if (Accepts)
            {
                return true;
            }

            foreach (Head head in Further)
            {
                if (head.Ends)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether nothing leads on from here, so that a call need not come back.</summary>
    public virtual bool IsEnd => false;

    /// <summary>Whether it only says that a machine was left, see <see cref="ExitHead"/>.</summary>
    public virtual bool IsExit => false;

    /// <summary>The token that it takes instead of bytes, see <see cref="TokenHead"/>.</summary>
    public virtual TokenTerminal? Terminal => null;

    /// <summary>
    /// The head that says for all that are like it where tokens lead while they stay in what it belongs to, see <see cref="Leave"/>.
    /// </summary>
    public virtual Head Model => this;

    /// <summary>
    /// All that decides where bytes lead from here to the machine's end; null where that is more than an automaton of its own.
    /// </summary>
    public virtual int[]? Content => null;

    /// <summary>
    /// Most items that may come of a machine that counts, the one that it stands in among them; what is no such machine has no limit.
    /// </summary>
    public virtual int MostItems => int.MaxValue;

    /// <summary>Fewest items that must come to their end before a machine that counts may be left.</summary>
    public virtual int LeastItems => 0;

    /// <summary>Number of items that have come to their end, where they are counted from some place on; −1 where they are not.</summary>
    public virtual int Items => -1;

    /// <summary>Where a byte of <see cref="Bytes"/> leads.</summary>
    public abstract Head Next(byte value);

    /// <summary>Adds the stacks behind an exit of <see cref="Model"/>.</summary>
    /// <param name="member">The member that it leads to, where there are members.</param>
    /// <param name="tail">What may lie below.</param>
    /// <param name="stacks">Takes the stacks.</param>
    public virtual void Leave(int member, GrammarState tail, StackSet stacks) => stacks.Add(tail);

    protected abstract HeadCall[] MakeCalls();

    protected virtual Head[] MakeFurther() => [];
}

/// <summary>A call of a machine.</summary>
/// <param name="Start">Where the machine that is called begins.</param>
/// <param name="Rank">A number that is lower than that of what this machine calls before it takes a byte.</param>
/// <param name="Return">Where the caller goes on.</param>
internal readonly record struct HeadCall(Head Start, int Rank, Head Return);
