using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>
/// A forward pass whose logits are a function of the tokens so far. Like a real one it only knows what was evaluated, and after a
/// cancelled call nothing at and past that call's position.
/// </summary>
internal sealed class FakeForwardPass(int contextLength, int vocabularySize, Action<ReadOnlySpan<int>, Span<float>> logits) : ForwardPass
{
    private const int Undefined = -1;

    private readonly int[] _buffer = Filled(contextLength);
    private readonly float[] _logits = new float[vocabularySize];

    public override int ContextLength => contextLength;

    public override int VocabularySize => vocabularySize;

    /// <summary>Runs at the start of each call.</summary>
    public Action<CancellationToken>? OnEvaluate { get; set; }

    public List<(int Position, int[] Tokens)> Calls { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>The next token follows from the tokens so far; it gets logit 10, the others 0.</summary>
    public static FakeForwardPass Choosing(int contextLength, int vocabularySize, Func<int[], int> next) =>
        new(contextLength, vocabularySize, (tokens, logits) =>
        {
            logits.Clear();
            logits[next(tokens.ToArray())] = 10;
        });

    /// <summary>After <paramref name="promptLength"/> tokens come these, one after the other, then the last one for ever.</summary>
    public static FakeForwardPass Scripted(int contextLength, int vocabularySize, int promptLength, params int[] script) =>
        Choosing(contextLength, vocabularySize, tokens => script[Math.Clamp(tokens.Length - promptLength, 0, script.Length - 1)]);

    protected internal override ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens, int position, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (tokens.IsEmpty || position < 0 || position + tokens.Length > contextLength || _buffer.AsSpan(0, position).Contains(Undefined))
        {
            throw new InvalidOperationException($"{tokens.Length} tokens at {position} break the forward pass's preconditions");
        }

        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)vocabularySize)
            {
                throw new InvalidOperationException($"token {token} is not in the vocabulary");
            }
        }

        Calls.Add((position, tokens.ToArray()));
        _buffer.AsSpan(position).Fill(Undefined);
        OnEvaluate?.Invoke(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        tokens.CopyTo(_buffer.AsSpan(position));
        logits(_buffer.AsSpan(0, position + tokens.Length), _logits);
        return _logits;
    }

    protected override void Dispose(bool disposing) => IsDisposed = true;

    private static int[] Filled(int length)
    {
        int[] buffer = new int[length];
        buffer.AsSpan().Fill(Undefined);
        return buffer;
    }
}
