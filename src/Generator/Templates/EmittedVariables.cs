using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ModelGen.Generator.Templates;

/// <summary>
/// The C# variables of a template's variables while it is emitted: an inner scope may have a variable of an outer one's name, which C#
/// does not allow.
/// </summary>
internal sealed class EmittedVariables
{
    /// <summary>Variables of the emitted code's own, each with a number from the second on.</summary>
    public const string Output = "output";
    public const string Context = "context";
    public const string Loop = "loop";
    public const string Parts = "parts";
    public const string Arguments = "arguments";
    public const string Each = "each";

    private static readonly string[] OwnNames = [Output, Context, Loop, Parts, Arguments, Each];

    private readonly Stack<Dictionary<string, string>> _scopes = new();
    private readonly Stack<List<string>> _taken = new();
    private readonly HashSet<string> _allTaken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Opens a scope.</summary>
    public void Open()
    {
        _scopes.Push(new Dictionary<string, string>(StringComparer.Ordinal));
        _taken.Push([]);
    }

    /// <summary>Ends the scope; its names may be taken again.</summary>
    public void Close()
    {
        _scopes.Pop();
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

    /// <summary>A new variable of the emitted code's own.</summary>
    public string Own(string name)
    {
        _counts.TryGetValue(name, out int count);
        _counts[name] = ++count;
        return count == 1 ? name : name + count.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsOwn(string name) => OwnNames.Contains(name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'));
}
