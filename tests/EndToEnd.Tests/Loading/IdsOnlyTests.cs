using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>A model whose tokenizer ModelGen does not have compiles, loads and answers for ids; text is one clear error.</summary>
public sealed class IdsOnlyTests
{
    private static readonly TinyModel Known = TinyModels.Smallest with { Name = "ids-and-text" };
    private static readonly TinyModel Unknown = Known with { Name = "ids-only", Tokenizer = "plamo2" };
    private static readonly int[] Text = TinyModels.Text(Known, seed: 9, length: 20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_give_the_bits_that_they_give_with_a_tokenizer(bool isPacked)
    {
        using CompiledModel known = ModelCompiler.Compile(Known).Load();
        using CompiledModel unknown = Load(isPacked);
        unknown.Tokenizer.VocabularySize.ShouldBe(Known.Vocabulary);
        using Session knownSession = known.CreateSession();
        using Session unknownSession = unknown.CreateSession();
        Logits.Bits(unknownSession.Evaluate(Text)).ShouldBe(Logits.Bits(knownSession.Evaluate(Text)));
        int next = Logits.Best(unknownSession.Evaluate([Text[0]]));
        next.ShouldBe(Logits.Best(knownSession.Evaluate([Text[0]])));
        unknownSession.Evaluate([next]);
        unknownSession.Position.ShouldBe(Text.Length + 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_needs_text_names_the_tokenizer(bool isPacked)
    {
        using CompiledModel model = Load(isPacked);
        using Session session = model.CreateSession();
        foreach (Action action in new Action[]
        {
            () => model.Tokenizer.EncodeToIds("a"),
            () => model.Tokenizer.CountTokens("a"),
            () => model.Tokenizer.Decode([3]),
            () => session.Generate("a").ToList(),
        })
        {
            Should.Throw<ModelGenException>(action).Message.ShouldContain("tokenizer is 'plamo2'");
        }

        // A session that refused text still takes ids.
        session.Evaluate(Text);
    }

    private static CompiledModel Load(bool isPacked)
    {
        CompiledClass compiled = ModelCompiler.Compile(Unknown);
        return isPacked ? compiled.Load(TemporaryFiles.Write("ids-only.weights", PackedFiles.Pack(compiled.Path))) : compiled.Load();
    }
}
