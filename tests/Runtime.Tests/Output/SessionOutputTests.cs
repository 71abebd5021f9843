using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using ModelGen.Output;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>Sessions that answer with values, of models that would say anything.</summary>
public sealed class SessionOutputTests
{
    private static readonly VocabularyContent Content = TestVocabulary.Content(
        TestVocabulary.Words.Concat(["{\"", "\"", "\":", "\",\"", "]}", "12", "{\"Title\"", "Level", "null", ":▁", "}"]));

    private static readonly Tokenizer Tokenizer = TestVocabulary.Open(Content);

    [Fact]
    public async Task EveryAnswerIsAValueOrOneThatALimitCutOff()
    {
        int complete = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            GenerationOptions options = Options(seed);
            using Session session = Random(seed);
            using Session streaming = Random(seed);
            List<PartialOutput<Recipe>> parts = [];
            try
            {
                Recipe recipe = session.Generate<Recipe>("abc", options);
                recipe.Minutes.ShouldBeInRange(1, 600);
                await Collect(streaming, options, parts);
                JsonSerializer.Serialize(parts[^1].Value, ReadTests.Options).ShouldBe(JsonSerializer.Serialize(recipe, ReadTests.Options));
                parts.Select(part => part.Properties.Count).ShouldBe([1, 2, 3, 4]);
                complete++;
            }
            catch (IncompleteOutputException cut)
            {
                (await Should.ThrowAsync<IncompleteOutputException>(() => Collect(streaming, options, parts))).Text.ShouldBe(cut.Text);
                parts.ShouldAllBe(part => !part.IsComplete);
                OutputGrammar<Recipe>.Value.IsMatch(cut.Text).ShouldBeFalse();
            }

            streaming.Tokens.ToArray().ShouldBe(session.Tokens.ToArray());
        }

        complete.ShouldBeInRange(5, 95);
    }

    [Fact]
    public void AGrammarOfItsOwnIsRefusedAtTheCall()
    {
        using Session session = Random(1);
        GenerationOptions options = new() { Grammar = Grammar.FromGbnf("root ::= \"a\"") };
        const string Message = "Grammar is set, and 'Recipe' has a grammar of its own; leave it null. (Parameter 'options')";
        Should.Throw<ArgumentException>(() => session.Generate<Recipe>("abc", options)).Message.ShouldBe(Message);
        Should.Throw<ArgumentException>(() => session.GenerateAsync<Recipe>("abc", options)).Message.ShouldBe(Message);
        session.Position.ShouldBe(0);
    }

    private static async Task Collect(Session session, GenerationOptions options, List<PartialOutput<Recipe>> parts)
    {
        await foreach (PartialOutput<Recipe> part in session.GenerateAsync<Recipe>("abc", options, TestContext.Current.CancellationToken))
        {
            parts.Add(part);
        }
    }

    private static GenerationOptions Options(int seed) =>
        new() { Temperature = 2, TopK = 0, TopP = 1, MinP = 0, Seed = (ulong)seed, MaxTokens = 150 };

    // Logits that depend on all tokens so far.
    private static Session Random(int seed) => new(
        new FakeSequence(contextLength: 400, Content.Tokens.Length, (tokens, logits) =>
        {
            int state = seed;
            foreach (int token in tokens)
            {
                state = unchecked((state * 31) + token + 7);
            }

            Random random = new(state);
            for (int id = 0; id < logits.Length; id++)
            {
                logits[id] = (float)(random.NextDouble() * 8);
            }
        }),
        Tokenizer);
}
