using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Router;

/// <summary>A prompt, and what is right.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Words">The words that may come next.</param>
internal sealed record Exercise(string Prompt, IReadOnlyList<string> Words);

/// <summary>What a forest learns from a prompt.</summary>
/// <param name="Embedding">The prompt's vector.</param>
/// <param name="Label">Which of the models was right: 0 A alone, 1 neither, 2 both, 3 B alone.</param>
internal sealed record LabelledPrompt(IReadOnlyList<float> Embedding, int Label);

/// <summary>How both are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Exercise))]
[JsonSerializable(typeof(LabelledPrompt))]
internal sealed partial class LabelJson : JsonSerializerContext;
