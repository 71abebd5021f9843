using System.Collections.Generic;

namespace ModelGen.Server.Contracts;

/// <summary>A text that is to go on, in the form of Hugging Face's and SageMaker's containers.</summary>
internal sealed class TextGenerationRequest
{
    public required string Inputs { get; init; }

    public TextGenerationParameters? Parameters { get; init; }

    public bool? Stream { get; init; }
}

/// <summary>How it goes on.</summary>
internal sealed class TextGenerationParameters
{
    public bool? DoSample { get; init; }

    public long? Seed { get; init; }

    public float? Temperature { get; init; }

    public float? RepetitionPenalty { get; init; }

    public float? FrequencyPenalty { get; init; }

    public float? PresencePenalty { get; init; }

    public int? TopK { get; init; }

    public float? TopP { get; init; }

    public float? MinP { get; init; }

    public int? MaxNewTokens { get; init; }

    /// <summary>Whether tokens are given too.</summary>
    public bool? Details { get; init; }

    /// <summary>Whether the text that was given stands in front.</summary>
    public bool? ReturnFullText { get; init; }

    public List<string>? StopSequences { get; init; }
}

/// <summary>How it went on.</summary>
internal sealed class TextGeneration
{
    public required string GeneratedText { get; init; }

    public TextGenerationDetails? Details { get; init; }
}

/// <summary>A token of it, and with the last one the whole.</summary>
internal sealed class TextGenerationPiece
{
    public required TextGenerationToken Token { get; init; }

    public string? GeneratedText { get; init; }

    public TextGenerationDetails? Details { get; init; }
}

/// <summary>How it ended.</summary>
internal sealed class TextGenerationDetails
{
    /// <summary>length, eos_token or stop_sequence.</summary>
    public required string FinishReason { get; init; }

    public required int GeneratedTokens { get; init; }

    public required string Inputs { get; init; }

    public IReadOnlyList<TextGenerationToken>? Tokens { get; init; }
}

/// <summary>A token.</summary>
internal sealed class TextGenerationToken
{
    public required int Id { get; init; }

    public required string Text { get; init; }

    public required double LogProb { get; init; }
}
