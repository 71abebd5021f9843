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

    // Names that are read here or in a scope within, with the place of the first call where the name is called.
    private readonly Dictionary<string, TemplatePosition?> _read = new(StringComparer.Ordinal);

    // Names that the scope's own statements and expressions use.
    private NameUses _uses = new();

    /// <summary>The scope around; null for the template's own.</summary>
    public TemplateScope? Outer => outer;

    /// <summary>Names that are assigned, in the order of the alphabet.</summary>
    public EquatableArray<ScopeVariable> Variables => Sorted(_assigned).Select(Variable).ToEquatableArray();

    /// <summary>Of the outermost scope: all names that it or a scope within uses and that nothing within it gives a value.</summary>
    public EquatableArray<ScopeVariable> Inputs => Sorted(_assigned.Union(_read.Keys)).Select(Variable).ToEquatableArray();

    /// <summary>Names that have a value in this scope, its own or one from outside, whatever the scopes within do.</summary>
    public EquatableArray<string> Names => Sorted(_uses.Names.Union(_parameters));

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
            _uses.Assign(name);
        }
    }

    public void Read(string name, TemplatePosition? calledAt = null)
    {
        if (!_parameters.Contains(name))
        {
            _uses.Read(name);
        }

        ReadWithin(name, calledAt);
    }

    public bool Reads(string name) => _read.ContainsKey(name);

    /// <summary>Parses the branches of an if, of which one may be taken.</summary>
    public void InBranches(params Action[] branches)
    {
        NameUses before = _uses;
        NameUses[] uses = [.. branches.Select(parse =>
        {
            _uses = before.Copy();
            parse();
            return _uses;
        })];
        _uses = before;
        _uses.Join(uses);
    }

    /// <summary>Ends the scope: what it reads and has not got itself, the scope around reads.</summary>
    public void Close()
    {
        foreach (KeyValuePair<string, TemplatePosition?> read in _read.Where(read => !_parameters.Contains(read.Key)))
        {
            // A call of a variable of this scope is no call of an input.
            outer!.ReadWithin(read.Key, _assigned.Contains(read.Key) ? null : read.Value);
        }

        foreach (string name in _assigned)
        {
            outer!.ReadWithin(name, calledAt: null);
        }
    }

    private void ReadWithin(string name, TemplatePosition? calledAt)
    {
        if (!_read.TryGetValue(name, out TemplatePosition? known) || known is null)
        {
            _read[name] = calledAt;
        }
    }

    private ScopeVariable Variable(string name) => new(name, _uses.StartsWithAssignment(name));

    private static EquatableArray<string> Sorted(IEnumerable<string> names) => names.OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray();

    /// <summary>
    /// What Jinja makes of the names that a scope uses, from top to bottom: one that is assigned before it is read has no value until then,
    /// even where the caller gives it one.
    /// </summary>
    private sealed class NameUses
    {
        // Whether the name is assigned before it is read.
        private readonly Dictionary<string, bool> _startsWithAssignment = new(StringComparer.Ordinal);
        private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);

        public IEnumerable<string> Names => _startsWithAssignment.Keys;

        public bool StartsWithAssignment(string name) => _startsWithAssignment.TryGetValue(name, out bool starts) && starts;

        public void Read(string name)
        {
            if (!_startsWithAssignment.ContainsKey(name))
            {
                _startsWithAssignment[name] = false;
            }
        }

        public void Assign(string name)
        {
            _assigned.Add(name);
            if (!_startsWithAssignment.ContainsKey(name))
            {
                _startsWithAssignment[name] = true;
            }
        }

        public NameUses Copy()
        {
            NameUses copy = new();
            copy.Join(this);
            return copy;
        }

        /// <summary>Adds what branches use. A name that not every branch assigns may keep the value that it has in front of them.</summary>
        public void Join(params NameUses[] branches)
        {
            string[] inSome = [.. branches
                .SelectMany(branch => branch._assigned)
                .Where(name => !_assigned.Contains(name))
                .GroupBy(name => name, StringComparer.Ordinal)
                .Where(group => group.Count() < branches.Length)
                .Select(group => group.Key)];
            foreach (NameUses branch in branches)
            {
                _assigned.UnionWith(branch._assigned);
                foreach (KeyValuePair<string, bool> use in branch._startsWithAssignment)
                {
                    _startsWithAssignment[use.Key] = use.Value;
                }
            }

            foreach (string name in inSome)
            {
                _startsWithAssignment[name] = false;
            }
        }
    }
}
