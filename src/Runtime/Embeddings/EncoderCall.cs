using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;

namespace ModelGen.Embeddings;

/// <summary>Texts that a caller wants read. Its members are used by whoever executes, one thread at a time.</summary>
/// <param name="texts">The texts; none longer than the context.</param>
/// <param name="wanted">Whose vectors are wanted of each text: the first token's, the last one's, or all; null: all.</param>
/// <param name="receive">Is called once a text, in their order.</param>
internal sealed class EncoderCall(IReadOnlyList<EncoderText> texts, Pooling? wanted, VectorReceiver receive)
{
    private ExceptionDispatchInfo? _fault;
    private bool _hasEnded;

    /// <summary>Texts that have been read and received.</summary>
    public int Received { get; private set; }

    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsDone => Received == texts.Count || _fault is not null || _hasEnded;

    /// <summary>The texts.</summary>
    public IReadOnlyList<EncoderText> Texts => texts;

    /// <summary>
    /// Whether a text's terms are wanted, of all its tokens, and not vectors; texts of calls that want one and the other do not go through
    /// together.
    /// </summary>
    public bool WantsTerms { get; init; }

    /// <summary>How many vectors are wanted of a text.</summary>
    public int CountOf(in EncoderText text) => wanted is Pooling.First or Pooling.Last ? 1 : text.Ids.Length;

    /// <summary>Whether the vector of a text's token is wanted.</summary>
    public bool Wants(in EncoderText text, int position) => wanted switch
    {
        Pooling.First => position == 0,
        Pooling.Last => position == text.Ids.Length - 1,
        _ => true,
    };

    /// <summary>
    /// Hands over the vectors, or the terms' logits, of the next text. What goes wrong in that is the caller's, and not of the thread that
    /// executes.
    /// </summary>
    public void Receive(ReadOnlySpan<float> vectors)
    {
        try
        {
            receive(Received, vectors);
            Received++;
        }
        catch (Exception error)
        {
            _fault = ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>Leaves the rest of the texts unread.</summary>
    public void End() => _hasEnded = true;

    /// <summary>Throws what went wrong, if anything did.</summary>
    public void ThrowIfFaulted() => _fault?.Throw();
}
