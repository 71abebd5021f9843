namespace ModelGen;

/// <summary>A grammar that cannot be used: the message names the rule or the place, what is wrong there and how to mend it.</summary>
public sealed class GrammarException : ModelGenException
{
    /// <summary>Creates the exception with its sentence.</summary>
    /// <param name="message">What is wrong, with what, and how to mend it.</param>
    public GrammarException(string message)
        : base(message)
    {
    }
}
