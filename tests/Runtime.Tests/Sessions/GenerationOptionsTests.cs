using System;
using System.Collections.Generic;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

public sealed class GenerationOptionsTests
{
    private const int VocabularySize = 50;

    [Fact]
    public void TheDefaultsAreValidAndAsDocumented()
    {
        GenerationOptions options = new();
        options.Validate(VocabularySize);
        (options.MaxTokens, options.Temperature, options.TopK, options.TopP, options.MinP, options.Seed)
            .ShouldBe((256, 0.8f, 40, 0.95f, 0.05f, null));
        options.StopSequences.ShouldBeEmpty();
        (options.Echo, options.Alternatives, options.LogProbabilities).ShouldBe((false, 0, true));
        (options.MinTokens, options.TypicalP, options.TopNSigma).ShouldBe((0, 1f, 0f));
        new object?[]
        {
            options.PromptLookup, options.DraftModel, options.Xtc, options.Dry, options.Penalties, options.Mirostat, options.DynamicTemperature,
            options.AdaptiveTemperature,
        }.ShouldAllBe(group => group == null);
        options.BannedTexts.ShouldBeEmpty();
        options.LogitBias.ShouldBeEmpty();
        options.LogitProcessors.ShouldBeEmpty();
        options.SamplerOrder.ShouldBe(Enum.GetValues<SamplerKind>());
    }

    [Fact]
    public void TheDefaultsOfGroupsAreAsDocumented()
    {
        PenaltyOptions penalties = new();
        (penalties.Repetition, penalties.Frequency, penalties.Presence, penalties.LastTokens).ShouldBe((1f, 0f, 0f, 64));
        DryOptions dry = new();
        (dry.Multiplier, dry.Base, dry.AllowedLength, dry.LastTokens).ShouldBe((0.8f, 1.75f, 2, null));
        dry.SequenceBreakers.ShouldBe(["\n", ":", "\"", "*"]);
        new PromptLookupOptions().ShouldBe(new PromptLookupOptions { NgramLength = 3, MaxTokens = 8 });
        new XtcOptions().ShouldBe(new XtcOptions { Probability = 0.5f, Threshold = 0.1f });
        new MirostatOptions().ShouldBe(new MirostatOptions { Version = 2, TargetSurprise = 5, LearningRate = 0.1f });
        new DynamicTemperatureOptions().ShouldBe(new DynamicTemperatureOptions { Range = 0.5f, Exponent = 1 });
        new AdaptiveTemperatureOptions().MinEntropy.ShouldBe(0.5f);
    }

    [Fact]
    public void TheEndsOfEachRangeAreValid()
    {
        new GenerationOptions { MaxTokens = 1, Temperature = 0, TopK = 0, TopP = 0, MinP = 0 }.Validate(VocabularySize);
        new GenerationOptions
        {
            MaxTokens = int.MaxValue,
            Temperature = float.MaxValue,
            TopK = int.MaxValue,
            TopP = 1,
            MinP = 1,
            StopSequences = ["\n", "😀"],
            MinTokens = int.MaxValue,
            TypicalP = 0,
            TopNSigma = float.MaxValue,
            PromptLookup = new PromptLookupOptions { NgramLength = 1, MaxTokens = int.MaxValue },
            Xtc = new XtcOptions { Probability = 1, Threshold = 1 },
            Dry = new DryOptions { Multiplier = 0, Base = 1, AllowedLength = 1, LastTokens = 1, SequenceBreakers = [] },
            Penalties = new PenaltyOptions
            {
                Repetition = float.Epsilon, Frequency = float.MinValue, Presence = float.MaxValue, LastTokens = null,
            },
            Mirostat = new MirostatOptions { Version = 1, TargetSurprise = float.Epsilon, LearningRate = 0 },
            DynamicTemperature = new DynamicTemperatureOptions { Range = 0, Exponent = float.Epsilon },
            SamplerOrder = [],
            LogitBias = new Dictionary<int, float> { [0] = float.NegativeInfinity, [VocabularySize - 1] = float.MaxValue },
            BannedTexts = ["\n", "😀"],
        }.Validate(VocabularySize);
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
        Refuses(options with { Alternatives = 1, LogProbabilities = false }, "Alternatives");
        Refuses(options with { MinTokens = -1 }, "MinTokens");
        Refuses(options with { MinTokens = 257 }, "MinTokens");
        Refuses(options with { TypicalP = 1.1f }, "TypicalP");
        Refuses(options with { TypicalP = float.NaN }, "TypicalP");
        Refuses(options with { TopNSigma = -1 }, "TopNSigma");
        Refuses(options with { TopNSigma = float.PositiveInfinity }, "TopNSigma");
        Refuses(options with { SamplerOrder = [SamplerKind.TopK, SamplerKind.TopK] }, "SamplerOrder");
        Refuses(options with { SamplerOrder = [(SamplerKind)9] }, "SamplerOrder");
        Refuses(options with { LogitBias = new Dictionary<int, float> { [-1] = 0 } }, "LogitBias");
        Refuses(options with { LogitBias = new Dictionary<int, float> { [VocabularySize] = 0 } }, "LogitBias");
        Refuses(options with { LogitBias = new Dictionary<int, float> { [0] = float.NaN } }, "LogitBias");
        Refuses(options with { LogitBias = new Dictionary<int, float> { [0] = float.PositiveInfinity } }, "LogitBias");
        RefusesGroups(options);

        static void RefusesGroups(GenerationOptions options)
        {
            Refuses(options with { PromptLookup = new PromptLookupOptions { NgramLength = 0 } }, "PromptLookup.NgramLength");
            Refuses(options with { PromptLookup = new PromptLookupOptions { MaxTokens = 0 } }, "PromptLookup.MaxTokens");
            Refuses(options with { Xtc = new XtcOptions { Probability = 1.1f } }, "Xtc.Probability");
            Refuses(options with { Xtc = new XtcOptions { Threshold = float.NaN } }, "Xtc.Threshold");
            Refuses(options with { Dry = new DryOptions { Multiplier = -1 } }, "Dry.Multiplier");
            Refuses(options with { Dry = new DryOptions { Base = 0.9f } }, "Dry.Base");
            Refuses(options with { Dry = new DryOptions { AllowedLength = 0 } }, "Dry.AllowedLength");
            Refuses(options with { Dry = new DryOptions { LastTokens = 0 } }, "Dry.LastTokens");
            Refuses(options with { Penalties = new PenaltyOptions { Repetition = 0 } }, "Penalties.Repetition");
            Refuses(options with { Penalties = new PenaltyOptions { Frequency = float.NaN } }, "Penalties.Frequency");
            Refuses(options with { Penalties = new PenaltyOptions { Presence = float.NegativeInfinity } }, "Penalties.Presence");
            Refuses(options with { Penalties = new PenaltyOptions { LastTokens = -1 } }, "Penalties.LastTokens");
            Refuses(options with { Mirostat = new MirostatOptions { Version = 3 } }, "Mirostat.Version");
            Refuses(options with { Mirostat = new MirostatOptions { TargetSurprise = 0 } }, "Mirostat.TargetSurprise");
            Refuses(options with { Mirostat = new MirostatOptions { LearningRate = 1.1f } }, "Mirostat.LearningRate");
            Refuses(options with { DynamicTemperature = new DynamicTemperatureOptions { Range = -1 } }, "DynamicTemperature.Range");
            Refuses(options with { DynamicTemperature = new DynamicTemperatureOptions { Exponent = 0 } }, "DynamicTemperature.Exponent");
            AdaptiveTemperatureOptions adaptive = new();
            Refuses(options with { AdaptiveTemperature = adaptive with { Coefficients = [] } }, "AdaptiveTemperature.Coefficients");
            Refuses(options with { AdaptiveTemperature = adaptive with { Coefficients = [1, float.NaN] } }, "AdaptiveTemperature.Coefficients");
            Refuses(options with { AdaptiveTemperature = adaptive with { MinEntropy = -1 } }, "AdaptiveTemperature.MinEntropy");
        }

        static void Refuses(GenerationOptions options, string name)
        {
            ArgumentOutOfRangeException error = Should.Throw<ArgumentOutOfRangeException>(() => options.Validate(VocabularySize));
            error.Message.ShouldStartWith(name);
            error.ParamName.ShouldBe("options");
        }
    }

    [Fact]
    public void ListsThatMakeNoSenseAreRefused()
    {
        GenerationOptions options = new();
        Refuses(options with { SamplerOrder = null! }, "SamplerOrder is null");
        Refuses(options with { LogitBias = null! }, "LogitBias is null");
        Refuses(options with { BannedTexts = null! }, "BannedTexts is null");
        Refuses(options with { BannedTexts = ["a", ""] }, "BannedTexts has a null or empty text");
        Refuses(options with { LogitProcessors = null! }, "LogitProcessors is null");
        Refuses(options with { LogitProcessors = [null!] }, "LogitProcessors has a null");
        Refuses(options with { Dry = new DryOptions { SequenceBreakers = [""] } }, "Dry.SequenceBreakers has a null or empty text");
        Refuses(options with { AdaptiveTemperature = new AdaptiveTemperatureOptions { Coefficients = null! } }, "Coefficients is null");
        Refuses(
            options with { DynamicTemperature = new DynamicTemperatureOptions(), AdaptiveTemperature = new AdaptiveTemperatureOptions() },
            "give one of them");
    }

    [Fact]
    public void StopSequencesThatCouldNeverServeAreRefused()
    {
        GenerationOptions options = new();
        Refuses(options with { StopSequences = null! }, "null");
        Refuses(options with { StopSequences = ["a", ""] }, "empty");
        Refuses(options with { StopSequences = [null!] }, "empty");
        Refuses(options with { StopSequences = ["a\uD83D"] }, "surrogate");
        Refuses(options with { StopSequences = ["\uDE00"] }, "surrogate");
    }

    private static void Refuses(GenerationOptions options, string part) =>
        Should.Throw<ArgumentException>(() => options.Validate(VocabularySize)).Message.ShouldContain(part);
}
