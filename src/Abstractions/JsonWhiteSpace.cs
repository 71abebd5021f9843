namespace ModelGen;

/// <summary>What white space an answer that is JSON may have between its tokens. There is none before or behind the whole.</summary>
public enum JsonWhiteSpace
{
    /// <summary>
    /// Any, as JSON has it: spaces, tabs and line ends, as many as the model likes. One that does not know how to go on may write nothing else.
    /// </summary>
    Any,

    /// <summary>One space in each place at most, as in <c>{"a": 1, "b": 2}</c>.</summary>
    OneSpace,

    /// <summary>None, as in <c>{"a":1,"b":2}</c>.</summary>
    None,
}
