using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.Tokenizers;
using ModelGen.MLTokenizers;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>The adapter to Microsoft.ML.Tokenizers does what that library's own tokenizers do.</summary>
public sealed class MLTokenizersTests
{
    private const string Text = "Grüß Gott, 世界 🙂🙂! Once upon a time";

    public static TheoryData<string> Vocabularies => ["demo", "gpt-2", "llama-bpe", "llama-spm", "qwen2"];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void IdsCountsAndTextsAreTheTokenizersOwn(string name)
    {
        Tokenizer own = Open(name);
        Microsoft.ML.Tokenizers.Tokenizer tokenizer = new ModelGenTokenizer(own);
        IReadOnlyList<int> ids = own.EncodeToIds(Text);
        tokenizer.EncodeToIds(Text).ShouldBe(ids);
        tokenizer.EncodeToIds(Text.AsSpan()).ShouldBe(ids);
        tokenizer.CountTokens(Text).ShouldBe(ids.Count);
        tokenizer.Decode(ids).ShouldBe(Text);
        new ModelGenTokenizer(own, addSpecialTokens: false).EncodeToIds(Text).ShouldBe(own.EncodeToIds(Text, addSpecialTokens: false));
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void TokensHaveTheirPlaces(string name)
    {
        Microsoft.ML.Tokenizers.Tokenizer tokenizer = new ModelGenTokenizer(Open(name));
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(Text, out string? normalized);
        normalized.ShouldBeNull();
        tokens.Select(token => token.Id).ShouldBe(tokenizer.EncodeToIds(Text));
        string.Concat(tokens.Select(token => Text[token.Offset])).ShouldBe(Text);
        foreach (EncodedToken token in tokens.Where(token => token.Value.All(char.IsAsciiLetter)))
        {
            Text[token.Offset].Trim().ShouldBe(token.Value.Trim());
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void ALimitCutsBetweenCharacters(string name)
    {
        Tokenizer own = Open(name);
        Microsoft.ML.Tokenizers.Tokenizer tokenizer = new ModelGenTokenizer(own);
        IReadOnlyList<int> all = tokenizer.EncodeToIds(Text);
        for (int limit = 1; limit <= all.Count + 1; limit++)
        {
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(Text, limit, out _, out int consumed);
            ids.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.ShouldBe(all.Take(ids.Count));
            own.Decode(ids).ShouldBe(Text[..consumed]);

            tokenizer.GetIndexByTokenCount(Text, limit, out _, out int count).ShouldBe(consumed);
            count.ShouldBe(ids.Count);

            int start = tokenizer.GetIndexByTokenCountFromEnd(Text, limit, out _, out int countFromEnd);
            countFromEnd.ShouldBeLessThanOrEqualTo(limit);
            own.Decode(all.Skip(all.Count - countFromEnd)).TrimStart(' ').ShouldBe(Text[start..].TrimStart(' '));
        }
    }

    [Fact]
    public void ADestinationTakesWhatFits()
    {
        Tokenizer own = Open("demo");
        Microsoft.ML.Tokenizers.Tokenizer tokenizer = new ModelGenTokenizer(own);
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(Text);
        char[] destination = new char[Text.Length];
        tokenizer.Decode(ids, destination, out int consumed, out int written).ShouldBe(OperationStatus.Done);
        (consumed, new string(destination, 0, written)).ShouldBe((ids.Count, Text));
        for (int length = 0; length < Text.Length; length++)
        {
            tokenizer.Decode(ids, destination.AsSpan(0, length), out consumed, out written).ShouldBe(OperationStatus.DestinationTooSmall);
            own.Decode(ids.Take(consumed)).ShouldBe(Text[..written]);
        }
    }

    [Fact]
    public void ATokenizerThatChangesTheTextHasNoPlaces()
    {
        Tokenizer own = Open("bert-bge");
        Microsoft.ML.Tokenizers.Tokenizer tokenizer = new ModelGenTokenizer(own);
        tokenizer.EncodeToIds(Text).ShouldBe(own.EncodeToIds(Text));
        Should.Throw<NotSupportedException>(() => tokenizer.EncodeToTokens(Text, out _));
        Should.Throw<NotSupportedException>(() => tokenizer.EncodeToIds(Text, 3, out _, out _));
        Should.Throw<ArgumentNullException>(() => new ModelGenTokenizer(null!));
    }

    private static Tokenizer Open(string name)
    {
        string path = name == "demo" ? TestFiles.DemoModel : Path.Combine(RepositoryFiles.SharedData, "tokenizers", name + ".gguf");
        Assert.SkipUnless(File.Exists(path), RepositoryFiles.NoSharedData);
        return Tokenizer.Load(path);
    }
}
