using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>
/// A step of the forward pass. It owns what it touches: it names every buffer that it reads and writes, and lifetimes follow from that
/// (<see cref="Lifetimes"/>). Each kind of step has one emitter, which writes its call and its jobs.
/// </summary>
/// <param name="Name">Name of the step, and of its jobs: QueryKeyValue. Steps that are equal share their jobs.</param>
/// <param name="Equation">What it computes, for the reader of the emitted code.</param>
internal abstract record Step(string Name, string Equation)
{
    /// <summary>The buffers that it touches, each once.</summary>
    public abstract EquatableArray<BufferUse> Uses { get; }

    /// <summary>
    /// Whether it writes what later tokens of a sequence read, such as keys and values: every row of a batch takes it, also those whose
    /// logits nobody wants.
    /// </summary>
    public virtual bool WritesState => false;
}

/// <summary>What a step does with a buffer's rows, those of the batch.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Access">What is done.</param>
internal sealed record BufferUse(string Buffer, BufferAccess Access)
{
    public static BufferUse Read(string buffer) => new(buffer, BufferAccess.Read);

    public static BufferUse Write(string buffer) => new(buffer, BufferAccess.Write);

    public static BufferUse Update(string buffer) => new(buffer, BufferAccess.Update);
}

/// <summary>What a step does with a buffer.</summary>
internal enum BufferAccess
{
    /// <summary>Reads what an earlier step wrote.</summary>
    Read,

    /// <summary>Writes it; what it held before is not looked at again, whether or not all of it is overwritten.</summary>
    Write,

    /// <summary>Changes it, or writes a further part: what it held before counts.</summary>
    Update,
}
