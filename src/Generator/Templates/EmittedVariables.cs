using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Syntax;

namespace ModelGen.Generator.Templates;

/// <summary>
/// The C# variables of a template's variables while it is emitted: an inner scope may have a variable of an outer one's name, which C#
/// does not allow.
/// </summary>
internal sealed class EmittedVariables
{
    /// <summary>Variables of the emitted code's own, each with a number from the second on.</summary>
    public const string Undefined = "TemplateValue.Undefined";

    public const string Output = "output";
    public const string Context = "context";
    public const string Loop = "loop";
    public const string Parts = "parts";
    public const string Arguments = "arguments";
    public const string Each = "each";
    public const string IsEmpty = "isEmpty";
    public const string Kept = "kept";

    private static readonly string[] OwnNames = [Output, Context, Loop, Parts, Arguments, Each, IsEmpty, Kept];

    // TemplateValue, TemplateFilters and the other classes of the runtime that emitted code names.
    private const string ClassPrefix = "Template";

    private readonly Stack<Dictionary<string, string>> _scopes = new();
    private readonly Stack<List<string>> _taken = new();
    private readonly Stack<HashSet<string>> _names = new();
    private readonly HashSet<string> _allTaken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Opens a scope.</summary>
    /// <param name="names">Names that have a value in it, whatever the scopes within do.</param>
    public void Open(IEnumerable<string> names)
    {
        _scopes.Push(new Dictionary<string, string>(StringComparer.Ordinal));
        _taken.Push([]);
        _names.Push(new HashSet<string>(names, StringComparer.Ordinal));
    }

    /// <summary>Ends the scope; its names may be taken again.</summary>
    public void Close()
    {
        _scopes.Pop();
        _names.Pop();
        _allTaken.ExceptWith(_taken.Pop());
    }

    /// <summary>Gives a variable of the innermost scope its C# name.</summary>
    public string Declare(string name)
    {
        string unique = CSharpNames.Unique(IsOwn(name) ? "template_" + name : name, "variable", _allTaken);
        _taken.Peek().Add(unique.TrimStart('@'));
        return _scopes.Peek()[name] = unique;
    }

    /// <summary>Makes a name stand for a variable of the emitted code.</summary>
    public void Bind(string name, string variable) => _scopes.Peek()[name] = variable;

    /// <summary>The C# variable that a name stands for.</summary>
    public string this[string name] => _scopes.First(scope => scope.ContainsKey(name))[name];

    /// <summary>What a variable of a new scope starts with.</summary>
    public string StartOf(ScopeVariable variable) =>
        variable.StartsUndefined && !_names.Any(names => names.Contains(variable.Name)) ? Undefined : this[variable.Name];

    /// <summary>A new variable of the emitted code's own.</summary>
    public string Own(string name)
    {
        _counts.TryGetValue(name, out int count);
        _counts[name] = ++count;
        return count == 1 ? name : name + count.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsOwn(string name) =>
        OwnNames.Contains(name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')) || name.StartsWith(ClassPrefix, StringComparison.Ordinal);
}
