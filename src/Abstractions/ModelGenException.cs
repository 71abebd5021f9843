using System;

namespace ModelGen;

/// <summary>
/// Wrong input: a file that is not what it should be, a model that does not fit the program, a full context. The message is one
/// sentence that names the thing and the mend.
/// </summary>
public class ModelGenException : Exception
{
    /// <summary>Creates the exception with its sentence.</summary>
    /// <param name="message">What is wrong, with what, and how to mend it.</param>
    public ModelGenException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and the error behind it.</summary>
    /// <param name="message">What is wrong, with what, and how to mend it.</param>
    /// <param name="innerException">The error behind it.</param>
    public ModelGenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
