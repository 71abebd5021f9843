using System;
using System.IO;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>What users read of files that are refused.</summary>
internal static class Refusals
{
    /// <summary>Reads a file.</summary>
    public static GgufFile Read(byte[] file) => GgufHeaderReader.Read(new MemoryStream(file), "test.gguf");

    /// <summary>Why the header of a file is refused.</summary>
    public static string OfHeader(GgufWriter writer) => Of(() => Read(writer.ToArray()));

    /// <summary>Why the vocabulary of a file is refused.</summary>
    public static string OfVocabulary(GgufWriter writer) => Of(() => VocabularyWriter.Write(VocabularyContent.From(Read(writer.ToArray()))));

    /// <summary>The declared error's sentence.</summary>
    public static string Of(Action action) => Should.Throw<ModelGenException>(action).Message;
}
