using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>
/// The variables of a part of a template while it is parsed. A name that is assigned anywhere in a scope is a variable of that scope, and
/// starts with the value that the name has outside: what a loop's body assigns is gone at the next item.
/// </summary>
internal sealed class TemplateScope(TemplateScope? outer)
{
    private readonly HashSet<string> _parameters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);

    // Names that are read, with the place of the first call where the name is called.
    private readonly Dictionary<string, TemplatePosition?> _read = new(StringComparer.Ordinal);

    /// <summary>The scope around; null for the template's own.</summary>
    public TemplateScope? Outer => outer;

    /// <summary>Names that are assigned, in the order of the alphabet.</summary>
    public EquatableArray<string> Variables => Sorted(_assigned);

    /// <summary>Of the outermost scope: all names whose values come from the caller.</summary>
    public EquatableArray<string> Inputs => Sorted(_assigned.Union(_read.Keys));

    /// <summary>Names that are called and are no macros of the template, with their places.</summary>
    public IEnumerable<(string Name, TemplatePosition Position)> CalledInputs => _read
        .Where(read => read.Value is not null && !_assigned.Contains(read.Key))
        .Select(read => (read.Key, read.Value!.Value));

    /// <summary>Whether a name that came with the scope is assigned again.</summary>
    public bool AssignsParameter { get; private set; }

    /// <summary>A name that gets its value from what opens the scope, such as a macro's parameter.</summary>
    public void AddParameter(string name) => _parameters.Add(name);

    public void Assign(string name)
    {
        if (_parameters.Contains(name))
        {
            AssignsParameter = true;
        }
        else
        {
            _assigned.Add(name);
        }
    }

    public void Read(string name, TemplatePosition? calledAt = null)
    {
        if (!_read.TryGetValue(name, out TemplatePosition? known) || known is null)
        {
            _read[name] = calledAt;
        }
    }

    public bool Reads(string name) => _read.ContainsKey(name);

    /// <summary>Ends the scope: what it reads and has not got itself, the scope around reads.</summary>
    public void Close()
    {
        foreach (KeyValuePair<string, TemplatePosition?> read in _read.Where(read => !_parameters.Contains(read.Key)))
        {
            // A call of a variable of this scope is no call of an input.
            outer!.Read(read.Key, _assigned.Contains(read.Key) ? null : read.Value);
        }

        foreach (string name in _assigned)
        {
            outer!.Read(name);
        }
    }

    private static EquatableArray<string> Sorted(IEnumerable<string> names) => names.OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray();
}
