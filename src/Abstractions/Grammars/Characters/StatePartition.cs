using System.Collections.Generic;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// The states of an automaton in blocks of those that accept the same rests of texts (J. Hopcroft, "An n log n algorithm for minimizing states
/// in a finite automaton", 1971). One more state, the last, is where missing transitions lead.
/// </summary>
internal sealed class StatePartition
{
    private readonly int[] _states;
    private readonly int[] _places;
    private readonly int[] _blocks;
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _marked = [];
    private readonly Stack<int> _open = [];

    /// <param name="transitions">[state, class] the state that a class leads to, or −1.</param>
    /// <param name="accepts">[state] whether it accepts.</param>
    /// <param name="classCount">Number of classes.</param>
    public StatePartition(int[] transitions, bool[] accepts, int classCount)
    {
        int sink = accepts.Length;
        _states = new int[sink + 1];
        _places = new int[sink + 1];
        _blocks = new int[sink + 1];
        int accepting = 0;
        int refusing = sink;
        for (int state = 0; state <= sink; state++)
        {
            int place = state < sink && accepts[state] ? accepting++ : refusing--;
            _states[place] = state;
            _places[state] = place;
        }

        AddBlock(0, accepting);
        AddBlock(accepting, sink + 1);
        Refine(transitions, sink, classCount);
    }

    /// <summary>The block of a state.</summary>
    public int BlockOf(int state) => _blocks[state];

    /// <summary>One of a block's states.</summary>
    public int FirstOf(int block) => _states[_starts[block]];

    private void AddBlock(int start, int end)
    {
        int block = _starts.Count;
        if (start < end)
        {
            _starts.Add(start);
            _ends.Add(end);
            _marked.Add(0);
            _open.Push(block);
            for (int place = start; place < end; place++)
            {
                _blocks[_states[place]] = block;
            }
        }
    }

    private void Refine(int[] transitions, int sink, int classCount)
    {
        // Where transitions of a class come from, by where they lead: sources[firsts[state, class]..firsts[state, class + 1]].
        int[] firsts = new int[((sink + 1) * classCount) + 1];
        int[] sources = new int[(sink + 1) * classCount];
        for (int index = 0; index < sources.Length; index++)
        {
            firsts[(Target(index) * classCount) + (index % classCount) + 1]++;
        }

        for (int index = 1; index < firsts.Length; index++)
        {
            firsts[index] += firsts[index - 1];
        }

        int[] filled = new int[sources.Length];
        for (int index = 0; index < sources.Length; index++)
        {
            int key = (Target(index) * classCount) + (index % classCount);
            sources[firsts[key] + filled[key]++] = index / classCount;
        }

        List<int> splitter = [];
        List<int> touched = [];
        while (_open.Count > 0)
        {
            int block = _open.Pop();
            splitter.Clear();
            for (int place = _starts[block]; place < _ends[block]; place++)
            {
                splitter.Add(_states[place]);
            }

            for (int characterClass = 0; characterClass < classCount; characterClass++)
            {
                foreach (int target in splitter)
                {
                    int key = (target * classCount) + characterClass;
                    for (int index = firsts[key]; index < firsts[key + 1]; index++)
                    {
                        Mark(sources[index], touched);
                    }
                }

                foreach (int split in touched)
                {
                    Split(split);
                }

                touched.Clear();
            }
        }

        int Target(int index) => index >= transitions.Length || transitions[index] < 0 ? sink : transitions[index];
    }

    // Moves a state to the front of its block, behind those that are marked already. It comes once in a class: each state leads to one.
    private void Mark(int state, List<int> touched)
    {
        int block = _blocks[state];
        if (_marked[block] == 0)
        {
            touched.Add(block);
        }

        int place = _starts[block] + _marked[block]++;
        int other = _states[place];
        int from = _places[state];
        _states[from] = other;
        _places[other] = from;
        _states[place] = state;
        _places[state] = place;
    }

    // Parts marked states from the others, the smaller half as a new block.
    private void Split(int block)
    {
        int start = _starts[block];
        int end = _ends[block];
        int middle = start + _marked[block];
        _marked[block] = 0;
        if (middle == end)
        {
            return;
        }

        if (middle - start <= end - middle)
        {
            _starts[block] = middle;
            AddBlock(start, middle);
        }
        else
        {
            _ends[block] = middle;
            AddBlock(middle, end);
        }
    }
}
