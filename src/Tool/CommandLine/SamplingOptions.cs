using System.Collections.Generic;
using System.CommandLine;
using ModelGen.Sampling;

namespace ModelGen.Tool.CommandLine;

/// <summary>What a command takes that says how tokens are chosen, with the names that llama.cpp's programs have for it.</summary>
internal static class SamplingOptions
{
    private static readonly GenerationOptions Defaults = new();
    private static readonly PenaltyOptions Penalties = new();
    private static readonly DryOptions Dry = new();
    private static readonly XtcOptions Xtc = new();
    private static readonly MirostatOptions Mirostat = new();
    private static readonly DynamicTemperatureOptions DynamicTemperature = new();

    private static readonly Option<float> Temperature = Number(
        "--temperature", "Higher is more surprising; 0 takes the most likely token each time", Defaults.Temperature, "--temp")
        .Between(0, float.MaxValue);

    private static readonly Option<int> TopK = Number("--top-k", "Keeps this many of the most likely tokens; 0 keeps all", Defaults.TopK)
        .Between(0, int.MaxValue);

    private static readonly Option<float> TopP = Number(
        "--top-p", "Keeps the most likely tokens up to this sum of probabilities; 1 keeps all", Defaults.TopP).Between(0, 1);

    private static readonly Option<float> MinP = Number(
        "--min-p", "Keeps tokens at least this many times as likely as the most likely one; 0 keeps all", Defaults.MinP).Between(0, 1);

    private static readonly Option<float> TypicalP = Number(
        "--typical",
        "Keeps the tokens whose surprise is most as expected, up to this sum of probabilities; 1 keeps all",
        Defaults.TypicalP,
        "--typical-p")
        .Between(0, 1);

    private static readonly Option<float> TopNSigma = Number(
        "--top-n-sigma",
        "Keeps tokens within this many standard deviations of the highest logit; 0 keeps all",
        Defaults.TopNSigma,
        "--top-nsigma")
        .Between(0, float.MaxValue);

    private static readonly Option<float> XtcProbability = Number(
        "--xtc-probability", "How often all likely tokens but the least likely one are taken away; 0: never", 0f).Between(0, 1);

    private static readonly Option<float> XtcThreshold = Number(
        "--xtc-threshold", "The probability from which on a token is likely, for --xtc-probability", Xtc.Threshold).Between(0, 1);

    private static readonly Option<float> DynatempRange = Number(
        "--dynatemp-range", "How far the temperature goes up and down with the entropy; 0 leaves it where it is", 0f)
        .Between(0, float.MaxValue);

    private static readonly Option<float> DynatempExponent = Number(
        "--dynatemp-exp", "The power of the entropy's share, for --dynatemp-range", DynamicTemperature.Exponent).Above(0);

    private static readonly Option<bool> AdaptiveTemperature = new("--adaptive-temperature")
    {
        Description = "Sharpens what is spread over many tokens (arXiv 2410.01104)",
    };

    private static readonly Option<int> RepeatLastN = Number(
        "--repeat-last-n", "How many of the last tokens the penalties look at; 0: none, -1: all", Penalties.LastTokens ?? -1)
        .Between(-1, int.MaxValue);

    private static readonly Option<float> RepeatPenalty = Number(
        "--repeat-penalty", "Divides the logits of tokens that were there; 1 leaves them as they are", Penalties.Repetition).Above(0);

    private static readonly Option<float> FrequencyPenalty = Number(
        "--frequency-penalty", "Subtracted from a token's logit for each time that it was there", Penalties.Frequency)
        .Between(float.MinValue, float.MaxValue);

    private static readonly Option<float> PresencePenalty = Number(
        "--presence-penalty", "Subtracted from a token's logit if it was there", Penalties.Presence).Between(float.MinValue, float.MaxValue);

    private static readonly Option<float> DryMultiplier = Number(
        "--dry-multiplier", "Subtracted from the logit of a token that goes on with a repetition; 0 turns DRY off", 0f)
        .Between(0, float.MaxValue);

    private static readonly Option<float> DryBase = Number("--dry-base", "Times this for each further token of the repetition", Dry.Base)
        .Between(1, float.MaxValue);

    private static readonly Option<int> DryAllowedLength = Number(
        "--dry-allowed-length", "The shortest repetition that counts, in tokens", Dry.AllowedLength).Between(1, int.MaxValue);

    private static readonly Option<int> DryLastN = Number(
        "--dry-penalty-last-n", "How many of the last tokens DRY looks at; 0: none, -1: all", Dry.LastTokens ?? -1).Between(-1, int.MaxValue);

    private static readonly Option<string[]> DryBreakers = Texts(
        "--dry-sequence-breaker",
        "Text that no repetition goes over, in place of line break, colon, quotation mark and asterisk; 'none' for none");

    private static readonly Option<int> MirostatVersion = Number(
        "--mirostat", "1 or 2: keeps the surprise where it is asked for, in place of the samplers that take tokens away; 0: off", 0)
        .Between(0, 2);

    private static readonly Option<float> MirostatSurprise = Number(
        "--mirostat-ent", "The surprise that --mirostat aims at, in bits", Mirostat.TargetSurprise).Above(0);

    private static readonly Option<float> MirostatRate = Number(
        "--mirostat-lr", "How quickly --mirostat follows", Mirostat.LearningRate).Between(0, 1);

    private static readonly Option<IReadOnlyList<SamplerKind>> Samplers = new("--samplers")
    {
        Description = $"The samplers in their order, with semicolons between: {SamplerNames.All}",
        CustomParser = SamplerNames.Parse,
        DefaultValueFactory = _ => Defaults.SamplerOrder,
    };

    private static readonly Option<ulong?> Seed = new("--seed")
    {
        Description = "Draws the same tokens again; without it, each run draws others",
    };

    /// <summary>Gives a command the options.</summary>
    public static void AddTo(Command command)
    {
        Option[] all =
        [
            Temperature, TopK, TopP, MinP, TypicalP, TopNSigma, XtcProbability, XtcThreshold, DynatempRange, DynatempExponent,
            AdaptiveTemperature, RepeatLastN, RepeatPenalty, FrequencyPenalty, PresencePenalty, DryMultiplier, DryBase, DryAllowedLength,
            DryLastN, DryBreakers, MirostatVersion, MirostatSurprise, MirostatRate, Samplers, Seed,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            bool isAdaptive = result.TryRead(AdaptiveTemperature, out bool asked) && asked;
            if (isAdaptive && result.TryRead(DynatempRange, out float range) && range > 0)
            {
                result.AddError("--adaptive-temperature and --dynatemp-range both make the temperature follow the entropy; give one of them.");
            }
        });
    }

    /// <summary>What a command line says.</summary>
    public static GenerationOptions Read(ParseResult result) => new()
    {
        Temperature = result.GetValue(Temperature),
        TopK = result.GetValue(TopK),
        TopP = result.GetValue(TopP),
        MinP = result.GetValue(MinP),
        TypicalP = result.GetValue(TypicalP),
        TopNSigma = result.GetValue(TopNSigma),
        Xtc = result.GetValue(XtcProbability) == 0
            ? null
            : new XtcOptions { Probability = result.GetValue(XtcProbability), Threshold = result.GetValue(XtcThreshold) },
        Penalties = result.GetValue(RepeatLastN) == 0 ? null : ReadPenalties(result),
        Dry = result.GetValue(DryMultiplier) == 0 || result.GetValue(DryLastN) == 0 ? null : ReadDry(result),
        DynamicTemperature = result.GetValue(DynatempRange) == 0
            ? null
            : new DynamicTemperatureOptions { Range = result.GetValue(DynatempRange), Exponent = result.GetValue(DynatempExponent) },
        AdaptiveTemperature = result.GetValue(AdaptiveTemperature) ? new AdaptiveTemperatureOptions() : null,
        Mirostat = result.GetValue(MirostatVersion) == 0
            ? null
            : new MirostatOptions
            {
                Version = result.GetValue(MirostatVersion),
                TargetSurprise = result.GetValue(MirostatSurprise),
                LearningRate = result.GetValue(MirostatRate),
            },
        SamplerOrder = result.GetRequiredValue(Samplers),
        Seed = result.GetValue(Seed),
    };

    private static PenaltyOptions ReadPenalties(ParseResult result) => new()
    {
        Repetition = result.GetValue(RepeatPenalty),
        Frequency = result.GetValue(FrequencyPenalty),
        Presence = result.GetValue(PresencePenalty),
        LastTokens = LastTokens(result.GetValue(RepeatLastN)),
    };

    private static DryOptions ReadDry(ParseResult result) => new()
    {
        Multiplier = result.GetValue(DryMultiplier),
        Base = result.GetValue(DryBase),
        AllowedLength = result.GetValue(DryAllowedLength),
        LastTokens = LastTokens(result.GetValue(DryLastN)),
        SequenceBreakers = result.GetRequiredValue(DryBreakers) switch
        {
            [] => Dry.SequenceBreakers,
            ["none"] => [],
            string[] breakers => breakers,
        },
    };

    private static int? LastTokens(int count) => count == -1 ? null : count;

    private static Option<T> Number<T>(string name, string description, T standard, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
    };

    /// <summary>An option that takes a text of at least one character, and may be given several times.</summary>
    public static Option<string[]> Texts(string name, string description)
    {
        Option<string[]> option = new(name) { Description = description + "; may be given several times", DefaultValueFactory = _ => [] };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>() is string[] texts && System.Array.Exists(texts, string.IsNullOrEmpty))
            {
                result.AddError($"{name} is a text of at least one character.");
            }
        });
        return option;
    }
}
