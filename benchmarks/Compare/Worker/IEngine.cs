using System;

namespace ModelGen.Compare.Worker;

/// <summary>A model that is ready to evaluate tokens: one of ours, or llama.cpp's.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>Length of the logits.</summary>
    int VocabularySize { get; }

    /// <summary>What computes, for the report: instruction set, or version and library of llama.cpp.</summary>
    string Description { get; }

    /// <summary>Appends tokens and evaluates them in one call.</summary>
    /// <param name="tokens">At least one id.</param>
    /// <returns>Logits [vocabulary] after the last token, valid until the next call.</returns>
    ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens);

    /// <summary>
    /// Evaluates texts of sequences of their own side by side, a token of each at a time, as a server does with so many conversations.
    /// </summary>
    /// <param name="texts">Texts of equal length.</param>
    /// <returns>Logits [vocabulary] after the first text, valid until the next call.</returns>
    ReadOnlySpan<float> EvaluateTogether(int[][] texts);

    /// <summary>Forgets all tokens from <paramref name="position"/> on.</summary>
    void Rewind(int position);
}
