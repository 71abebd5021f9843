using System;
using System.Runtime.InteropServices;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>Texts as inputs: their UTF-16 units, so that every text is one, those that are not well-formed among them.</summary>
internal static class TextInput
{
    public static byte[] Of(string text) => MemoryMarshal.AsBytes(text.AsSpan()).ToArray();

    /// <summary>The text of an input; half a unit at its end is left out.</summary>
    public static string Read(byte[] input) => new(MemoryMarshal.Cast<byte, char>(input.AsSpan()));
}
