using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Packing;

namespace ModelGen.Tool.Compilation;

/// <summary>The class that a model is compiled into.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Name">Its name.</param>
internal sealed record ClassName(string Namespace, string Name)
{
    /// <summary>The class of a model that only this program sees.</summary>
    public static ClassName InMemory { get; } = new("Compiled", "Model");

    /// <summary>A name for the model of a file: demo-stories-Q8_0.gguf gives DemoStoriesQ8_0.</summary>
    public static string Of(string path)
    {
        StringBuilder name = new();
        bool startsWord = true;
        foreach (char character in PackedFileName.WithoutEnding(Path.GetFileName(path)))
        {
            if (SyntaxFacts.IsIdentifierPartCharacter(character))
            {
                name.Append(startsWord ? char.ToUpperInvariant(character) : character);
                startsWord = false;
            }
            else
            {
                startsWord = true;
            }
        }

        // A file may be called 7b.gguf, or nothing that C# could spell.
        return SyntaxFacts.IsValidIdentifier(name.ToString()) ? name.ToString() : "Model" + name;
    }

    /// <summary>Whether <paramref name="text"/> can name a class, with or without a namespace in front.</summary>
    public static bool IsValid(string text) => text.Split('.').All(
        part => SyntaxFacts.IsValidIdentifier(part) && SyntaxFacts.GetKeywordKind(part) == SyntaxKind.None);

    /// <summary>Parts a full name at its last dot.</summary>
    public static ClassName Parse(string fullName)
    {
        int dot = fullName.LastIndexOf('.');
        return new ClassName(fullName[..Math.Max(dot, 0)], fullName[(dot + 1)..]);
    }
}
