using System;

namespace ModelGen.Tool.Compilation;

/// <summary>
/// A call of a loaded model with what somebody typed: what it refuses, such as a text that is too long,
/// ends the command with one sentence.
/// </summary>
internal static class ModelCall
{
    /// <summary>Makes the call.</summary>
    /// <exception cref="ModelGenException">The model has no such head, or refuses the text or an option.</exception>
    public static T Of<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new ModelGenException(error.Message, error);
        }
    }
}
