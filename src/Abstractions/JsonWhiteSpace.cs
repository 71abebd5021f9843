namespace ModelGen;

/// <summary>What white space an answer that is JSON may have between its tokens. There is none before or behind the whole.</summary>
public enum JsonWhiteSpace
{
    /// <summary>
    /// As JSON writers put it: one space in each place at most, as in <c>{"a": 1, "b": 2}</c>, or behind a comma and inside of brackets the end
    /// of a line with up to 64 spaces and tabs, which indent 16 levels by four. So a model may write JSON in lines or in one, and one that does
    /// not know how to go on has to.
    /// </summary>
    Formatted,

    /// <summary>One space in each place at most, as in <c>{"a": 1, "b": 2}</c>.</summary>
    OneSpace,

    /// <summary>None, as in <c>{"a":1,"b":2}</c>.</summary>
    None,

    /// <summary>
    /// Any, as JSON has it: spaces, tabs and line ends, as many as the model likes. One that does not know how to go on may write nothing else.
    /// </summary>
    Any,
}
