using System;
using System.Globalization;

namespace ModelGen;

/// <summary>A grammar or schema that cannot be compiled. The message is one sentence that names the place and the mend.</summary>
public sealed class GrammarException : ModelGenException
{
    /// <summary>Creates the exception for a grammar or schema without lines, such as a JSON schema that was parsed already.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    public GrammarException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and the error behind it.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    /// <param name="innerException">The error behind it.</param>
    public GrammarException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in a text.</summary>
    /// <param name="message">What is wrong, and how to mend it; the place is put in front of it.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The character in the line, from 1.</param>
    public GrammarException(string message, int line, int column)
        : base(string.Format(CultureInfo.InvariantCulture, "Line {0}, column {1}: {2}", line, column, message))
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line of the text, from 1; null where there is none.</summary>
    public int? Line { get; }

    /// <summary>The character in the line, from 1; null where there is none.</summary>
    public int? Column { get; }
}
