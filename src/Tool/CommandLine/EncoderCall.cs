using System;

namespace ModelGen.Tool.CommandLine;

/// <summary>A call of an encoder with what somebody gave: what it refuses, such as a text that is too long, stands in the way of the command.</summary>
internal static class EncoderCall
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
            throw new ModelGenException(error.Message);
        }
    }
}
