using System;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

public sealed class GenerationOptionsTests
{
    [Fact]
    public void TheDefaultsAreValidAndAsDocumented()
    {
        GenerationOptions options = new();
        options.Validate();
        (options.MaxTokens, options.Temperature, options.TopK, options.TopP, options.MinP, options.Seed)
            .ShouldBe((256, 0.8f, 40, 0.95f, 0.05f, null));
        options.StopSequences.ShouldBeEmpty();
        (options.Echo, options.Alternatives).ShouldBe((false, 0));
    }

    [Fact]
    public void TheEndsOfEachRangeAreValid()
    {
        new GenerationOptions { MaxTokens = 1, Temperature = 0, TopK = 0, TopP = 0, MinP = 0 }.Validate();
        new GenerationOptions
        {
            MaxTokens = int.MaxValue,
            Temperature = float.MaxValue,
            TopK = int.MaxValue,
            TopP = 1,
            MinP = 1,
            StopSequences = ["\n", "😀"],
        }.Validate();
    }

    [Fact]
    public void EveryNumberOutOfRangeIsRefusedByName()
    {
        GenerationOptions options = new();
        Refuses(options with { MaxTokens = 0 }, "MaxTokens");
        Refuses(options with { MaxTokens = -1 }, "MaxTokens");
        Refuses(options with { Temperature = -0.1f }, "Temperature");
        Refuses(options with { Temperature = float.NaN }, "Temperature");
        Refuses(options with { Temperature = float.PositiveInfinity }, "Temperature");
        Refuses(options with { TopK = -1 }, "TopK");
        Refuses(options with { TopP = -0.1f }, "TopP");
        Refuses(options with { TopP = 1.1f }, "TopP");
        Refuses(options with { TopP = float.NaN }, "TopP");
        Refuses(options with { MinP = -0.1f }, "MinP");
        Refuses(options with { MinP = 1.1f }, "MinP");
        Refuses(options with { MinP = float.NaN }, "MinP");
        Refuses(options with { Alternatives = -1 }, "Alternatives");

        static void Refuses(GenerationOptions options, string name)
        {
            ArgumentOutOfRangeException error = Should.Throw<ArgumentOutOfRangeException>(options.Validate);
            error.Message.ShouldStartWith(name);
            error.ParamName.ShouldBe("options");
        }
    }

    [Fact]
    public void StopSequencesThatCouldNeverServeAreRefused()
    {
        GenerationOptions options = new();
        Should.Throw<ArgumentException>((options with { StopSequences = null! }).Validate).Message.ShouldContain("null");
        Should.Throw<ArgumentException>((options with { StopSequences = ["a", ""] }).Validate).Message.ShouldContain("empty");
        Should.Throw<ArgumentException>((options with { StopSequences = [null!] }).Validate).Message.ShouldContain("empty");
        Should.Throw<ArgumentException>((options with { StopSequences = ["a\uD83D"] }).Validate).Message.ShouldContain("surrogate");
        Should.Throw<ArgumentException>((options with { StopSequences = ["\uDE00"] }).Validate).Message.ShouldContain("surrogate");
    }
}
