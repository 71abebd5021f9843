using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>A real encoder's tokenizer, against the ids that its model was trained on, and against llama.cpp's where these differ.</summary>
public sealed class EmbeddingTruthTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.SharedData, "embeddings");

    [Fact]
    public void TextsHaveTheIdsOfBertOrOfLlamaCpp()
    {
        Tokenizer bert = Open(WordPieceRules.Bert);
        Tokenizer llamaCpp = Open(WordPieceRules.LlamaCpp);
        int different = 0;
        foreach (JsonElement text in Read("all-minilm-l6-v2.truth.json").GetProperty("texts").EnumerateArray())
        {
            string written = text.GetProperty("text").GetString()!;
            int[] ids = Ids(text.GetProperty("ids"));
            bool isDifferent = text.TryGetProperty("llama_cpp_ids", out JsonElement others);
            bert.EncodeToIds(written).ShouldBe(ids, written);
            llamaCpp.EncodeToIds(written).ShouldBe(isDifferent ? Ids(others) : ids, written);
            different += isDifferent ? 1 : 0;
        }

        different.ShouldBe(2);
    }

    [Fact]
    public void DocumentsAndQueriesHaveTheirIds()
    {
        Tokenizer tokenizer = Open(WordPieceRules.Bert);
        JsonElement search = Read("search.json");
        JsonElement[] texts = [.. new[] { "documents", "queries" }.SelectMany(list => search.GetProperty(list).EnumerateArray())];
        texts.Length.ShouldBe(15);
        foreach (JsonElement text in texts)
        {
            tokenizer.EncodeToIds(text.GetProperty("text").GetString()!).ShouldBe(Ids(text.GetProperty("ids")));
        }
    }

    [Fact]
    public void APairIsTwoTextsWithOneStart()
    {
        Tokenizer tokenizer = Open(WordPieceRules.Bert);
        IReadOnlyList<int> question = tokenizer.EncodeToIds("How do I reset my password?");
        IReadOnlyList<int> answer = tokenizer.EncodeToIds("In the settings.");
        (int[] ids, int secondStart) = PairEncoding.Of(tokenizer, "How do I reset my password?", "In the settings.");
        ids.ShouldBe([.. question, .. answer.Skip(1)]);
        secondStart.ShouldBe(question.Count);
    }

    private static Tokenizer Open(WordPieceRules rules)
    {
        Assert.SkipUnless(Directory.Exists(Folder), RepositoryFiles.NoSharedData);
        return Tokenizer.Load(Path.Combine(Folder, "all-minilm-l6-v2-Q8_0.gguf"), rules);
    }

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name))).RootElement;

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
