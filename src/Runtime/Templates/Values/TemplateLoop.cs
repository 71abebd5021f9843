using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>
/// The state of a for loop, which its body knows as the variable loop. As in Jinja, an item is asked for when the loop comes to it, and
/// those behind it only where the body asks what comes next or how many there are. Emitted code uses it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TemplateLoop
{
    private readonly IEnumerator<TemplateValue> _items;
    private readonly Queue<TemplateValue> _ahead = new();
    private int? _length;
    private int _index = -1;
    private TemplateValue _previous;
    private TemplateValue? _lastChanged;

    /// <summary>Starts a loop in front of its first item.</summary>
    /// <param name="items">What it goes through.</param>
    public TemplateLoop(TemplateValue items)
        : this(items.Items()) => _length = items.Count;

    /// <summary>Starts a loop in front of its first item.</summary>
    /// <param name="items">What it goes through.</param>
    public TemplateLoop(IEnumerable<TemplateValue> items) => _items = items.GetEnumerator();

    /// <summary>Number of items.</summary>
    public int Length => _length ??= _index + 1 + LookAhead(int.MaxValue);

    /// <summary>The current item.</summary>
    public TemplateValue Current { get; private set; }

    /// <summary>A variable of the loop, such as index0.</summary>
    /// <param name="name">Its name.</param>
    public TemplateValue this[TemplateValue name] => name.ToString() switch
    {
        "index" => _index + 1,
        "index0" => _index,
        "revindex" => Length - _index,
        "revindex0" => Length - _index - 1,
        "first" => _index == 0,
        "last" => LookAhead(1) == 0,
        "length" => Length,
        "depth" => 1,
        "depth0" => 0,
        "previtem" => _index > 0 ? _previous : TemplateValue.UndefinedOf("there is no previous item"),
        "nextitem" => LookAhead(1) > 0 ? _ahead.Peek() : TemplateValue.UndefinedOf("there is no next item"),
        "cycle" or "changed" => TemplateValue.Function(name.ToString(), arguments => Call(name.ToString(), arguments)),
        string other => TemplateValue.UndefinedOf($"'loop object' has no attribute '{other}'"),
    };

    /// <summary>Goes on to the next item, if there is one.</summary>
    public bool MoveNext()
    {
        if (LookAhead(1) == 0)
        {
            return false;
        }

        _index++;
        _previous = Current;
        Current = _ahead.Dequeue();
        return true;
    }

    /// <summary>The loop as a value.</summary>
    /// <param name="loop">The loop.</param>
    public static implicit operator TemplateValue(TemplateLoop loop) => TemplateValue.Of(loop);

    /// <summary>A variable of the loop.</summary>
    /// <param name="name">Its name.</param>
    public TemplateValue Attribute(string name) => this[name];

    /// <summary>Calls a method of the loop.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public TemplateValue Call(string name, params TemplateValue[] arguments) => Call(name, TemplateArguments.Of(arguments));

    /// <summary>Calls a method of the loop.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public TemplateValue Call(string name, TemplateArguments arguments)
    {
        switch (name)
        {
            case "cycle" when arguments.Count > 0:
                return arguments[_index % arguments.Count];
            case "changed":
                TemplateValue current = TemplateValue.Tuple([.. Enumerable.Range(0, arguments.Count).Select(i => arguments[i])]);
                bool isChanged = _lastChanged is not TemplateValue last || !last.Equals(current);
                _lastChanged = current;
                return isChanged;
            default:
                throw new ChatTemplateException($"loop.{name} cannot be called so");
        }
    }

    /// <summary>How many items there are behind the current one, counted up to a limit.</summary>
    private int LookAhead(int limit)
    {
        while (_ahead.Count < limit && _items.MoveNext())
        {
            _ahead.Enqueue(_items.Current);
        }

        return _ahead.Count;
    }
}
