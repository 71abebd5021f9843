using System.Collections.Generic;
using System.Linq;
using ModelGen.Sampling;

namespace ModelGen;

/// <summary>
/// How text is generated. What the model says of the next token goes through <see cref="LogitProcessors"/>, <see cref="LogitBias"/>,
/// <see cref="MinTokens"/> and <see cref="BannedTexts"/>, and then through the samplers in <see cref="SamplerOrder"/>; from what they leave
/// the token is drawn. docs/samplers.md shows them side by side.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to generate, at least 1. Default 256.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// No token that ends generation is chosen before so many tokens were generated, from 0 to <see cref="MaxTokens"/>. Stop sequences, a full
    /// context and a <see cref="LogitProcessor"/> end it all the same. Default 0.
    /// </summary>
    public int MinTokens { get; init; }

    /// <summary>
    /// Divides the logits before the draw: below 1 the text is more predictable, above 1 less. 0 takes the most likely token each time
    /// (greedy; the lowest id on ties): of the samplers only <see cref="Penalties"/> and <see cref="Dry"/> count then. Default 0.8; 1 leaves
    /// the logits as they are.
    /// </summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Keeps this many of the most likely tokens. Default 40; 0 turns it off.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Keeps the fewest most likely tokens whose probabilities sum to at least this, from 0 (only the most likely one) to 1. Default 0.95;
    /// 1 turns it off. (Nucleus sampling: Holtzman et al. 2019, "The Curious Case of Neural Text Degeneration".)
    /// </summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>
    /// Keeps tokens at least this many times as likely as the most likely one, from 0 to 1. Default 0.05; 0 turns it off. (Nguyen et al.
    /// 2024, "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs".)
    /// </summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>
    /// Keeps the fewest tokens whose probabilities sum to at least this, those first whose surprise is nearest to what the model expects (the
    /// entropy), from 0 (only the nearest one) to 1. Default 1, which turns it off. (Meister et al. 2022, "Locally Typical Sampling",
    /// https://arxiv.org/abs/2202.00666.)
    /// </summary>
    public float TypicalP { get; init; } = 1;

    /// <summary>
    /// Keeps tokens whose logit is at most this many standard deviations of all logits below the highest, at least 0. Default 0, which turns
    /// it off; 1 is usual. (Tang et al. 2024, "Top-nσ: Not All Logits Are You Need", https://arxiv.org/abs/2411.07641.)
    /// </summary>
    public float TopNSigma { get; init; }

    /// <summary>Takes the likeliest tokens away now and then. Default null, which turns it off.</summary>
    public XtcOptions? Xtc { get; init; }

    /// <summary>Makes tokens less likely that would repeat a run of tokens. Default null, which turns it off.</summary>
    public DryOptions? Dry { get; init; }

    /// <summary>Makes tokens less likely that stand in the text already. Default null, which turns it off.</summary>
    public PenaltyOptions? Penalties { get; init; }

    /// <summary>Lets <see cref="Temperature"/> follow how sure the model is. Default null, which turns it off.</summary>
    public DynamicTemperatureOptions? DynamicTemperature { get; init; }

    /// <summary>
    /// Sharpens what is spread over many tokens, besides <see cref="Temperature"/>. Not together with <see cref="DynamicTemperature"/>.
    /// Default null, which turns it off.
    /// </summary>
    public AdaptiveTemperatureOptions? AdaptiveTemperature { get; init; }

    /// <summary>Keeps the text as surprising as is asked for. Default null, which turns it off.</summary>
    public MirostatOptions? Mirostat { get; init; }

    /// <summary>
    /// The samplers in the order in which they work; one that is not named does not work. Default: llama.cpp's, which is the order of
    /// <see cref="SamplerKind"/>.
    /// </summary>
    public IReadOnlyList<SamplerKind> SamplerOrder { get; init; } = SamplerChain.DefaultOrder;

    /// <summary>
    /// What is added to the logits of some ids, a finite number each, or −∞, with which an id is never chosen. Default none.
    /// </summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>
    /// Texts that the answer never has, to the letter, wherever tokens part them: a token is ruled out where it would complete one of them, or
    /// where nothing could follow it but tokens that are ruled out. What stands in the prompt does not count, and neither do control tokens.
    /// Default none.
    /// </summary>
    public IReadOnlyList<string> BannedTexts { get; init; } = [];

    /// <summary>
    /// What the answer may be: tokens that the grammar does not allow are ruled out, and generation ends where nothing may follow. Text that the
    /// grammar leaves no choice about is not decoded token by token but appended, as the tokenizer writes it. An answer that another limit cuts
    /// off, such as <see cref="MaxTokens"/>, is the beginning of one of the grammar's texts. Null, the default, allows every text.
    /// </summary>
    /// <remarks>With <see cref="LogitProcessors"/>, <see cref="LogitBias"/>, <see cref="BannedTexts"/> or <see cref="MinTokens"/> every token is
    /// decoded, so that these see all of them.</remarks>
    public Grammar? Grammar { get; init; }

    /// <summary>The program's own steps, in their order, before everything else. Default none.</summary>
    public IReadOnlyList<LogitProcessor> LogitProcessors { get; init; } = [];

    /// <summary>
    /// Seed of the draw: with the same seed, options and logits the same tokens are drawn. The random numbers are the same on every
    /// platform and .NET version; logits may differ in their last bits between instruction sets. Null, the default, takes a random seed.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Generation ends where one of these texts would appear; neither it nor anything behind it is returned. Default none.
    /// </summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>
    /// Gives the prompt's tokens in front of the generated ones (<see cref="GeneratedToken.IsPrompt"/>), and with them how likely the model
    /// held each of them to be. A conversation is evaluated anew from its start then. Default false.
    /// </summary>
    public bool Echo { get; init; }

    /// <summary>
    /// Guesses how the text goes on from the text itself: the same tokens, to the bit, and sooner where an answer repeats what stands in the
    /// prompt, as with a text that is to be corrected. Wrong guesses cost time. Default null, which turns it off.
    /// </summary>
    /// <remarks>Models with states of a fixed size evaluate the right guesses once more where one was wrong.</remarks>
    public PromptLookupOptions? PromptLookup { get; init; }

    /// <summary>
    /// Has a smaller model guess how the text goes on: the same tokens, to the bit, and sooner where it often says what this one says. Wrong
    /// guesses cost time. Not together with <see cref="PromptLookup"/>. Default null, which turns it off.
    /// </summary>
    /// <remarks>A token of the vocabularies that both have is the same in both. Whoever created the draft model disposes it.</remarks>
    public DraftModel? DraftModel { get; init; }

    /// <summary>
    /// Whether it is said how likely tokens were. Default true; false saves a pass over the vocabulary a token, and text that a
    /// <see cref="Grammar"/> leaves no choice about is then not decoded token by token. Only
    /// <see cref="Session.GenerateTokens(string, GenerationOptions?)"/> and what gives tokens as it does look at it.
    /// </summary>
    public bool LogProbabilities { get; init; } = true;

    /// <summary>
    /// How many of the most likely tokens are given with each token (<see cref="GeneratedToken.Alternatives"/>), at least 0. Default 0; more
    /// than the vocabulary has gives all of it. Only <see cref="Session.GenerateTokens(string, GenerationOptions?)"/> and what gives tokens as
    /// it does look at it.
    /// </summary>
    public int Alternatives { get; init; }

    /// <summary>Checks every value.</summary>
    /// <param name="vocabularySize">Ids that the model may choose: 0 to vocabularySize − 1.</param>
    /// <exception cref="System.ArgumentOutOfRangeException">A number is outside of its range.</exception>
    /// <exception cref="System.ArgumentException">A list is null, or has something that makes no sense in it.</exception>
    internal void Validate(int vocabularySize)
    {
        OptionChecks.Require(MaxTokens >= 1, MaxTokens, "MaxTokens is at least 1.");
        OptionChecks.Require(MinTokens >= 0 && MinTokens <= MaxTokens, MinTokens, "MinTokens is from 0 to MaxTokens.");
        OptionChecks.Require(
            float.IsFinite(Temperature) && Temperature >= 0, Temperature, "Temperature is a finite number of at least 0; 0 is greedy.");
        OptionChecks.Require(TopK >= 0, TopK, "TopK is at least 0; 0 turns it off.");
        OptionChecks.Require(TopP is >= 0 and <= 1, TopP, "TopP is from 0 to 1; 1 turns it off.");
        OptionChecks.Require(MinP is >= 0 and <= 1, MinP, "MinP is from 0 to 1; 0 turns it off.");
        OptionChecks.Require(TypicalP is >= 0 and <= 1, TypicalP, "TypicalP is from 0 to 1; 1 turns it off.");
        OptionChecks.Require(Alternatives >= 0, Alternatives, "Alternatives is at least 0; 0 gives none.");
        OptionChecks.Require(
            float.IsFinite(TopNSigma) && TopNSigma >= 0, TopNSigma, "TopNSigma is a finite number of at least 0; 0 turns it off.");
        OptionChecks.Require(
            Alternatives == 0 || LogProbabilities, Alternatives, "Alternatives are given with how likely they were; turn LogProbabilities on.");
        PromptLookup?.Validate();
        if (PromptLookup is not null && DraftModel is not null)
        {
            throw OptionChecks.Error("PromptLookup and DraftModel both guess tokens; give one of them.");
        }

        Xtc?.Validate();
        Dry?.Validate();
        Penalties?.Validate();
        DynamicTemperature?.Validate();
        AdaptiveTemperature?.Validate();
        Mirostat?.Validate();
        if (DynamicTemperature is not null && AdaptiveTemperature is not null)
        {
            throw OptionChecks.Error(
                "DynamicTemperature and AdaptiveTemperature both make the temperature follow the entropy; give one of them.");
        }

        ValidateSamplerOrder();
        ValidateLogitBias(vocabularySize);
        OptionChecks.RequireTexts(BannedTexts, nameof(BannedTexts), "every text has it");
        OptionChecks.RequireTexts(StopSequences, nameof(StopSequences), "generation could only end before it starts");
        OptionChecks.RequireList(LogitProcessors, nameof(LogitProcessors));
        if (LogitProcessors.Any(processor => processor is null))
        {
            throw OptionChecks.Error("LogitProcessors has a null in it; leave it out.");
        }
    }

    /// <summary>The same options, which stay as they are whatever the caller does with its lists.</summary>
    internal GenerationOptions Copy() => this with
    {
        StopSequences = [.. StopSequences],
        SamplerOrder = [.. SamplerOrder],
        LogitBias = new Dictionary<int, float>(LogitBias),
        BannedTexts = [.. BannedTexts],
        LogitProcessors = [.. LogitProcessors],
        Dry = Dry is null ? null : Dry with { SequenceBreakers = [.. Dry.SequenceBreakers] },
        AdaptiveTemperature = AdaptiveTemperature is null
            ? null
            : AdaptiveTemperature with { Coefficients = [.. AdaptiveTemperature.Coefficients] },
    };

    private void ValidateSamplerOrder()
    {
        OptionChecks.RequireList(SamplerOrder, nameof(SamplerOrder));
        HashSet<SamplerKind> seen = [];
        foreach (SamplerKind kind in SamplerOrder)
        {
            OptionChecks.Require(SamplerChain.DefaultOrder.Contains(kind), kind, "SamplerOrder has values of SamplerKind.");
            OptionChecks.Require(seen.Add(kind), kind, "SamplerOrder names each sampler once at most.");
        }
    }

    private void ValidateLogitBias(int vocabularySize)
    {
        OptionChecks.RequireList(LogitBias, nameof(LogitBias));
        foreach ((int id, float bias) in LogitBias)
        {
            OptionChecks.Require(id >= 0 && id < vocabularySize, id, $"LogitBias names ids of the vocabulary, 0 to {vocabularySize - 1}.");
            OptionChecks.Require(
                float.IsFinite(bias) || float.IsNegativeInfinity(bias), bias, $"LogitBias of token {id} is a finite number, or −∞ to ban it.");
        }
    }
}
