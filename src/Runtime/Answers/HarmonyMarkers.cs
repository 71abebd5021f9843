using System;

namespace ModelGen.Answers;

/// <summary>What gpt-oss marks the messages of an answer with.</summary>
internal static class HarmonyMarkers
{
    public const string Start = "<|start|>";
    public const string Channel = "<|channel|>";
    public const string Constrain = "<|constrain|>";
    public const string Message = "<|message|>";
    public const string End = "<|end|>";
    public const string Call = "<|call|>";
    public const string Return = "<|return|>";

    /// <summary>The channel of what the model thinks.</summary>
    public const string Analysis = "analysis";

    /// <summary>The channel of the answer.</summary>
    public const string Final = "final";

    /// <summary>The channel of calls, and of what is said beside them.</summary>
    public const string Commentary = "commentary";

    private const string Addressed = "to=";

    /// <summary>Whom a message is addressed to.</summary>
    /// <param name="header">What stands in front of its text.</param>
    /// <returns>Null where that is the user.</returns>
    public static string? RecipientOf(string header)
    {
        int start = header.IndexOf(Addressed, StringComparison.Ordinal);
        return start < 0 ? null : WordAt(header, start + Addressed.Length);
    }

    /// <summary>The channel of a message.</summary>
    /// <param name="header">What stands in front of its text.</param>
    /// <returns>Empty where it has none.</returns>
    public static string ChannelOf(string header)
    {
        int start = header.IndexOf(Channel, StringComparison.Ordinal);
        return start < 0 ? "" : WordAt(header, start + Channel.Length);
    }

    private static string WordAt(string text, int start)
    {
        int end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '<')
        {
            end++;
        }

        return text[start..end];
    }
}
