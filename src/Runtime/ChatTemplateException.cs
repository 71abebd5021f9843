using System;

namespace ModelGen;

/// <summary>
/// A model's chat template refuses a conversation, as one whose roles do not alternate, or cannot work with it. The message is the
/// template's own where it has one.
/// </summary>
public sealed class ChatTemplateException : ModelGenException
{
    internal ChatTemplateException(string message)
        : base(message)
    {
    }

    internal ChatTemplateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
