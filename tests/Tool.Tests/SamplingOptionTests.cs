using System;
using System.CommandLine;
using System.Linq;
using ModelGen.Sampling;
using ModelGen.Tool.CommandLine;
using ModelGen.Tool.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>What the command line says of the samplers arrives in the options of generation.</summary>
public sealed class SamplingOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutOptionsTheDefaultsHold()
    {
        GenerationOptions options = Read();
        GenerationOptions defaults = new();
        options.Penalties.ShouldBe(new PenaltyOptions());
        (options with { Penalties = null, LogitBias = defaults.LogitBias }).ShouldBe(defaults);
        options.SamplerOrder.ShouldBe(defaults.SamplerOrder);
    }

    [Fact]
    public void EachOptionArrives()
    {
        GenerationOptions options = Read(
            "--temp", "0.5", "--top-k", "7", "--top-p", "0.6", "--min-p", "0.1", "--typical", "0.9", "--top-n-sigma", "1.5", "--seed", "3",
            "--xtc-probability", "0.25", "--xtc-threshold", "0.2", "--dynatemp-range", "0.3", "--dynatemp-exp", "2");
        (options.Temperature, options.TopK, options.TopP, options.MinP, options.TypicalP, options.TopNSigma, options.Seed)
            .ShouldBe((0.5f, 7, 0.6f, 0.1f, 0.9f, 1.5f, 3UL));
        options.Xtc.ShouldBe(new XtcOptions { Probability = 0.25f, Threshold = 0.2f });
        options.DynamicTemperature.ShouldBe(new DynamicTemperatureOptions { Range = 0.3f, Exponent = 2 });

        options = Read(
            "--repeat-penalty", "1.2", "--frequency-penalty", "-0.5", "--presence-penalty", "0.75", "--repeat-last-n", "-1", "--mirostat", "1",
            "--mirostat-ent", "3", "--mirostat-lr", "0.2", "--adaptive-temperature", "--samplers", "temperature; top-k;typ_p");
        options.Penalties.ShouldBe(new PenaltyOptions { Repetition = 1.2f, Frequency = -0.5f, Presence = 0.75f, LastTokens = null });
        options.Mirostat.ShouldBe(new MirostatOptions { Version = 1, TargetSurprise = 3, LearningRate = 0.2f });
        options.AdaptiveTemperature.ShouldNotBeNull();
        options.SamplerOrder.ShouldBe([SamplerKind.Temperature, SamplerKind.TopK, SamplerKind.TypicalP]);
        Read("--repeat-last-n", "0", "--repeat-penalty", "1.2").Penalties.ShouldBeNull();
        Read("--samplers", "").SamplerOrder.ShouldBeEmpty();
    }

    [Fact]
    public void EachOptionOfDryArrives()
    {
        DryOptions dry = Read(
            "--dry-multiplier", "0.9", "--dry-base", "1.5", "--dry-allowed-length", "3", "--dry-penalty-last-n", "100",
            "--dry-sequence-breaker", "\n", "--dry-sequence-breaker", "User:").Dry!;
        (dry.Multiplier, dry.Base, dry.AllowedLength, dry.LastTokens).ShouldBe((0.9f, 1.5f, 3, 100));
        dry.SequenceBreakers.ShouldBe(["\n", "User:"]);
        Read("--dry-multiplier", "1").Dry!.SequenceBreakers.ShouldBe(new DryOptions().SequenceBreakers);
        Read("--dry-multiplier", "1").Dry!.LastTokens.ShouldBeNull();
        Read("--dry-multiplier", "1", "--dry-sequence-breaker", "none").Dry!.SequenceBreakers.ShouldBeEmpty();
        Read("--dry-multiplier", "1", "--dry-penalty-last-n", "0").Dry.ShouldBeNull();
    }

    [Fact]
    public void EverySamplerHasAName() =>
        Read("--samplers", SamplerNames.All).SamplerOrder.ShouldBe(new GenerationOptions().SamplerOrder);

    [Theory]
    [InlineData("--typical is from 0 to 1.", "--typical", "1.5")]
    [InlineData("--top-n-sigma is at least 0.", "--top-n-sigma", "-1")]
    [InlineData("--repeat-penalty is above 0.", "--repeat-penalty", "0")]
    [InlineData("--mirostat is from 0 to 2.", "--mirostat", "3")]
    [InlineData("--mirostat-ent is above 0.", "--mirostat-ent", "NaN")]
    [InlineData("--samplers has names out of penalties;dry;", "--samplers", "top_k;best")]
    [InlineData("--samplers names 'top-k' twice.", "--samplers", "top_k;top-k")]
    [InlineData("--logit-bias is ID=VALUE", "--logit-bias", "15")]
    [InlineData("--logit-bias is ID=VALUE", "--logit-bias", "15=inf")]
    [InlineData("--min-tokens is at most --tokens.", "--min-tokens", "5", "--tokens", "4")]
    [InlineData("--tokens", "--min-tokens", "5", "--tokens", "many")]
    [InlineData("--dynatemp-range", "--adaptive-temperature", "--dynatemp-range", "wide")]
    [InlineData("--ban is a text of at least one character.", "--ban", "")]
    [InlineData("give one of them", "--adaptive-temperature", "--dynatemp-range", "1")]
    public void WhatMakesNoSenseIsOneSentence(string sentence, params string[] arguments)
    {
        ToolRun run = ToolRun.Start(_folder["cache"], ["run", ToolRun.Stories, "-p", "x", .. arguments]);
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain(sentence);
        run.Error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public void WhatIsBannedIsNotPrinted()
    {
        string[] command = ["run", ToolRun.Stories, "-p", "Once upon a time", "--tokens", "30", "--temperature", "0"];
        string text = ToolRun.Start(_folder["cache"], command).Output["Once upon a time".Length..];
        string word = text.Split(' ', ',', '.').First(part => part.Length > 2);
        string[] bans = ["--ban", word, "--ban", "\n", "--logit-bias", "5=-inf", "--min-tokens", "30"];
        ToolRun banned = ToolRun.Start(_folder["cache"], [.. command, .. bans]);
        banned.ExitCode.ShouldBe(0, banned.Error);
        banned.Output["Once upon a time".Length..].ShouldNotContain(word);
        banned.Output.Length.ShouldBeGreaterThan("Once upon a time".Length + 30);

        ToolRun strange = ToolRun.Start(_folder["cache"], [.. command, "--logit-bias", "1000000=1"]);
        strange.ExitCode.ShouldBe(1);
        strange.Output.ShouldBeEmpty();
        strange.Error.ShouldContain("--logit-bias names token 1000000; the model's ids are 0 to");
    }

    private static GenerationOptions Read(params string[] arguments)
    {
        Command command = new("run");
        SamplingOptions.AddTo(command);
        ParseResult result = command.Parse(arguments);
        result.Errors.ShouldBeEmpty();
        return SamplingOptions.Read(result);
    }
}
