using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>The arguments of a call that a template makes. Emitted code uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TemplateArguments
{
    private readonly TemplateValue?[] _positional;
    private readonly KeyValuePair<string, TemplateValue>[] _named;

    private TemplateArguments(TemplateValue?[] positional, KeyValuePair<string, TemplateValue>[] named)
    {
        _positional = positional;
        _named = named;
    }

    /// <summary>An argument by its place; undefined where it is not given.</summary>
    /// <param name="index">Its place.</param>
    public TemplateValue this[int index] => Has(index) ? _positional[index]!.Value : TemplateValue.Undefined;

    internal int Count => _positional.Length;

    internal IReadOnlyList<KeyValuePair<string, TemplateValue>> Named => _named;

    /// <summary>Arguments by their places.</summary>
    /// <param name="positional">The arguments.</param>
    public static TemplateArguments Of(params TemplateValue[] positional) => new([.. positional.Select(value => (TemplateValue?)value)], []);

    /// <summary>These arguments and one more, by its name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The argument.</param>
    public TemplateArguments With(string name, TemplateValue value) => new(_positional, [.. _named, new(name, value)]);

    /// <summary>Whether the argument at a place is given.</summary>
    /// <param name="index">The place.</param>
    public bool Has(int index) => index < _positional.Length && _positional[index] is not null;

    /// <summary>An argument of a method, by its place or its name, which may not be given.</summary>
    internal TemplateValue Find(int index, string name) =>
        Has(index) ? this[index] : _named.Where(named => named.Key == name).Select(named => named.Value).FirstOrDefault();

    /// <summary>An argument of a method by its place, which may not be given.</summary>
    internal TemplateValue Find(int index) => Has(index) ? this[index] : default;

    /// <summary>Gives each parameter its argument.</summary>
    /// <param name="function">What is called, for errors.</param>
    /// <param name="parameters">Names of its parameters.</param>
    /// <exception cref="ChatTemplateException">There is an argument that no parameter takes.</exception>
    internal TemplateArguments Bind(string function, IReadOnlyList<string> parameters)
    {
        if (_positional.Length > parameters.Count)
        {
            throw new ChatTemplateException($"macro '{function}' takes not more than {parameters.Count} argument(s)");
        }

        TemplateValue?[] bound = new TemplateValue?[parameters.Count];
        _positional.CopyTo(bound, 0);
        foreach ((string name, TemplateValue value) in _named)
        {
            int index = parameters.ToList().IndexOf(name);
            bound[index < 0 || bound[index] is not null
                ? throw new ChatTemplateException($"macro '{function}' takes no keyword argument '{name}'")
                : index] = value;
        }

        return new TemplateArguments(bound, []);
    }
}
