using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Gguf;

namespace ModelGen.Generator.CSharp;

/// <summary>Text from outside, which may be anything, as it stands in C#.</summary>
internal static class CSharpText
{
    // Names of models and files have some 40 characters; a damaged file's may have thousands.
    private const int MaxCommentText = 200;

    /// <summary>A string literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>
    /// A part of a comment: on one line whatever the compiler takes for a line's end, of characters that XML has, and not too long.
    /// </summary>
    public static string Comment(string text)
    {
        var comment = new StringBuilder();
        for (int i = 0; i < text.Length && comment.Length < MaxCommentText; i++)
        {
            bool isPair = char.IsSurrogatePair(text, i);
            if (isPair)
            {
                comment.Append(text[i++]).Append(text[i]);
            }
            else
            {
                bool isPlain = !GgufText.IsEscapedByCode(text[i]) && !char.IsSurrogate(text[i]) && text[i] < '\ufffe';
                comment.Append(isPlain ? text[i] : ' ');
            }
        }

        return comment.Length < MaxCommentText ? comment.ToString() : comment.Append('…').ToString();
    }

    /// <summary>The same within an XML comment.</summary>
    public static string XmlComment(string text) => Comment(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
