using System;
using System.Collections.Generic;
using ModelGen;
using ModelGen.Routing;

namespace Router;

/// <summary>Two models, and what decides which of them answers a prompt. Each is loaded when it first answers.</summary>
/// <param name="threshold">The probability of A from which on A answers, from 0 to 1.</param>
internal sealed class RoutedModels(double threshold) : IDisposable
{
    private readonly PromptEmbedder _embedder = PromptEmbedder.Load();
    private readonly PromptForest _forest = new();
    private readonly Lazy<CompiledDecoder> _large = new(() => LargeModel.Load());
    private readonly Lazy<CompiledDecoder> _small = new(() => SmallModel.Load());

    /// <summary>Says which model is to answer a prompt, before either has read it.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="ArgumentException">The prompt has no token that could be embedded.</exception>
    public Route Choose(string prompt)
    {
        PromptRouter router = new(_forest, threshold);
        float[] embedding = Embed(prompt);
        double[] probabilities = new double[_forest.Classes.Count];
        _forest.PredictProbabilities(embedding, probabilities);
        return new Route(router.Choose(embedding), router.ProbabilityOfA(embedding), threshold, _forest.Classes, probabilities);
    }

    /// <summary>Has a model answer a prompt.</summary>
    /// <param name="choice">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">How.</param>
    /// <returns>Pieces of text, as they are generated; none where the model's vocabulary has nothing of the prompt.</returns>
    /// <exception cref="ContextFullException">The prompt is longer than the model's context.</exception>
    public IEnumerable<string> Answer(ModelChoice choice, string prompt, GenerationOptions options)
    {
        CompiledDecoder model = (choice == ModelChoice.A ? _large : _small).Value;
        IReadOnlyList<int> ids = model.Tokenizer.EncodeToIds(prompt);
        if (ids.Count == 0)
        {
            yield break;
        }

        using Session session = model.CreateSession();
        foreach (string piece in session.Generate(ids, options))
        {
            yield return piece;
        }
    }

    /// <summary>The vector of a prompt that the forest reads.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <exception cref="ArgumentException">The prompt has no token that could be embedded.</exception>
    public float[] Embed(string prompt) => _embedder.EmbedQuery(prompt, new EmbeddingOptions { LongText = LongText.Truncate });

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        _embedder.Dispose();
        Dispose(_large);
        Dispose(_small);
    }

    private static void Dispose(Lazy<CompiledDecoder> model)
    {
        if (model.IsValueCreated)
        {
            model.Value.Dispose();
        }
    }
}
