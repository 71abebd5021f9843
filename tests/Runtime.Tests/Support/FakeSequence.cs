using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Execution;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>
/// A sequence whose logits are a function of the tokens so far. Like a real one it only knows what was evaluated, and after a cancelled call
/// nothing at and past that call's position.
/// </summary>
internal sealed class FakeSequence(int contextLength, int vocabularySize, Action<ReadOnlySpan<int>, Span<float>> logits) : Sequence
{
    private const int Undefined = -1;

    private readonly int[] _buffer = Filled(contextLength);
    private readonly float[] _logits = new float[vocabularySize];
    private readonly List<int> _states = [];

    public override int ContextLength => contextLength;

    public override int VocabularySize => vocabularySize;

    /// <summary>Runs at the start of each call.</summary>
    public Action<CancellationToken>? OnEvaluate { get; set; }

    public List<(int Position, int[] Tokens)> Calls { get; } = [];

    /// <summary>Of each call for one row of logits, which of them were wanted.</summary>
    public List<ulong[]> Wanted { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>The next token follows from the tokens so far; it gets logit 10, the others 0.</summary>
    public static FakeSequence Choosing(int contextLength, int vocabularySize, Func<int[], int> next) =>
        new(contextLength, vocabularySize, (tokens, logits) =>
        {
            logits.Clear();
            logits[next(tokens.ToArray())] = 10;
        });

    /// <summary>After <paramref name="promptLength"/> tokens come these, one after the other, then the last one for ever.</summary>
    public static FakeSequence Scripted(int contextLength, int vocabularySize, int promptLength, params int[] script) =>
        Choosing(contextLength, vocabularySize, tokens => script[Math.Clamp(tokens.Length - promptLength, 0, script.Length - 1)]);

    public override int LogitRows => Rows;

    /// <summary>Tokens whose logits are given at once.</summary>
    public int Rows { get; init; } = 3;

    /// <summary>The token that answers start with; null: it reads no source texts.</summary>
    public int? Start { get; init; }

    /// <summary>The source texts that were read.</summary>
    public List<int[]> Sources { get; } = [];

    public override int? StartToken => Start;

    public override int SourceLength => Sources.Count == 0 ? 0 : Sources[^1].Length;

    /// <summary>How far back the sequence remembers: a token looks back to so many; 0: to all.</summary>
    public int Window { get; init; }

    /// <summary>Whether it remembers a state of a fixed size: those of where the last two calls ended.</summary>
    public bool HasState { get; init; }

    private int FirstRemembered { get; set; }

    public override int Keep(int position) => HasState
        ? _states.FindLast(state => state <= position)
        : Window == 0 || Math.Max(position + 1 - Window, 0) >= FirstRemembered ? position : 0;

    public override ReadOnlySpan<float> Evaluate(
        int[] text, int position, int count, scoped ReadOnlySpan<ulong> wanted, CancellationToken cancellationToken)
    {
        Append(text, position, count, cancellationToken);
        logits(_buffer.AsSpan(0, position + count), _logits);
        Wanted.Add(wanted.ToArray());
        for (int id = 0; id < _logits.Length; id++)
        {
            if (!wanted.IsEmpty && (wanted[id / 64] >> id & 1) == 0)
            {
                _logits[id] = float.NegativeInfinity;
            }
        }

        return _logits;
    }

    public override ReadOnlySpan<float> EvaluateAll(
        int[] text, int position, int count, int firstLogit, CancellationToken cancellationToken, out int stride)
    {
        if (count - firstLogit > LogitRows)
        {
            throw new InvalidOperationException($"{count - firstLogit} rows of logits break the sequence's preconditions");
        }

        Append(text, position, count, cancellationToken);
        stride = vocabularySize + 1;
        float[] rows = new float[(count - firstLogit) * stride];
        for (int i = firstLogit; i < count; i++)
        {
            logits(_buffer.AsSpan(0, position + i + 1), rows.AsSpan((i - firstLogit) * stride, vocabularySize));
        }

        return rows;
    }

    public override void ReadSource(ReadOnlySpan<int> ids, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Sources.Add(ids.ToArray());
    }

    public override Sequence Fork(int position)
    {
        var fork = new FakeSequence(contextLength, vocabularySize, logits);
        _buffer.AsSpan(0, position).CopyTo(fork._buffer);
        return fork;
    }

    public override string Layout => "an array";

    public override void Save(SavedSessionWriter writer, int position) => writer.Write(_buffer.AsSpan(0, position));

    public override void Restore(SavedSessionReader reader, int position) => reader.ReadNumbers(position).CopyTo(_buffer, 0);

    public override void Dispose() => IsDisposed = true;

    private void Append(int[] text, int position, int count, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (count == 0 || position < 0 || position + count > contextLength || Keep(position) != position || _buffer.AsSpan(0, position).Contains(Undefined))
        {
            throw new InvalidOperationException($"{count} tokens at {position} break the sequence's preconditions");
        }

        ReadOnlySpan<int> tokens = text.AsSpan(position, count);
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
        _states.RemoveAll(state => state > position);
        _states.RemoveRange(0, Math.Max(_states.Count - 1, 0));
        _states.Add(position + count);
        FirstRemembered = Window == 0 ? 0 : Math.Max(position + 1 - Window, 0);
    }

    private static int[] Filled(int length)
    {
        int[] buffer = new int[length];
        buffer.AsSpan().Fill(Undefined);
        return buffer;
    }
}
