using System;
using System.Threading;
using ModelGen.Execution;

namespace ModelGen.Sessions;

/// <summary>The text of a session, and how much of it the model remembers. All methods are called within a turn.</summary>
internal sealed class SessionText
{
    private readonly Sequence _sequence;

    // The ids at 0.._position − 1. Those from _evaluated on have not been evaluated.
    private readonly int[] _tokens;
    private int _position;
    private int _evaluated;

    // Ids of the source text, and whether the model has read it.
    private int[] _source = [];
    private bool _isSourceRead;

    /// <param name="sequence">What the model remembers: nothing yet.</param>
    public SessionText(Sequence sequence)
    {
        _sequence = sequence;
        _tokens = new int[sequence.ContextLength];
    }

    private SessionText(SessionText other, Sequence sequence)
        : this(sequence)
    {
        other.Tokens.CopyTo(_tokens);
        _position = other._position;
        _evaluated = other._evaluated;
        _source = other._source;
        _isSourceRead = other._isSourceRead;
    }

    /// <summary>The token that an answer to a source text starts with; null where the model reads no such text.</summary>
    public int? StartToken => _sequence.StartToken;

    /// <summary>The ids of the source text.</summary>
    public ReadOnlySpan<int> Source => _source;

    /// <summary>Number of tokens.</summary>
    public int Position => _position;

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _position);

    /// <summary>Most tokens.</summary>
    public int ContextLength => _tokens.Length;

    /// <summary>Length of the logits.</summary>
    public int VocabularySize => _sequence.VocabularySize;

    /// <summary>Tokens whose logits <see cref="AppendAll"/> gives at once.</summary>
    public int LogitRows => _sequence.LogitRows;

    /// <summary>The ids by position; those behind <see cref="Position"/> are of no text.</summary>
    public int[] Ids => _tokens;

    /// <summary>Number of tokens that have been evaluated.</summary>
    public int Evaluated => _evaluated;

    /// <summary>Number of tokens that the evaluation before this moment did not have to read, because the model remembered them.</summary>
    public int Remembered { get; set; }

    /// <summary>Changes with every change of the text.</summary>
    public int Version { get; private set; }

    public bool IsFull => _position == _tokens.Length;

    /// <summary>
    /// Appends tokens that fit, evaluates all that are not evaluated yet, and gives the logits after the last token. Without tokens it gives
    /// those after the text as it is.
    /// </summary>
    /// <param name="ids">Copied before they are checked: another thread may write to the caller's array, and an id behind the vocabulary
    /// would be a row behind the weights.</param>
    /// <param name="parameterName">What the caller calls them.</param>
    /// <param name="cancellationToken">Ends the evaluation; the text is as before then.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public ReadOnlySpan<float> Append(scoped ReadOnlySpan<int> ids, string parameterName, CancellationToken cancellationToken) =>
        Append(ids, parameterName, wanted: [], cancellationToken);

    /// <summary>As <see cref="Append(ReadOnlySpan{int}, string, CancellationToken)"/>, with the logits of some tokens.</summary>
    /// <param name="ids">As there.</param>
    /// <param name="parameterName">What the caller calls them.</param>
    /// <param name="wanted">Tokens whose logits are wanted, a bit each, low bit first; empty: all are. Logits of others may be −∞.</param>
    /// <param name="cancellationToken">As there.</param>
    public ReadOnlySpan<float> Append(
        scoped ReadOnlySpan<int> ids, string parameterName, scoped ReadOnlySpan<ulong> wanted, CancellationToken cancellationToken)
    {
        ReadSource(cancellationToken);
        int end = Place(ids, parameterName);
        ReadOnlySpan<float> logits = _sequence.Evaluate(_tokens, _evaluated, end - _evaluated, wanted, cancellationToken);
        MoveTo(end);
        return logits;
    }

    /// <summary>
    /// As <see cref="Append(ReadOnlySpan{int}, string, CancellationToken)"/>, with the logits after each of the tokens,
    /// <see cref="LogitRows"/> at most.
    /// </summary>
    /// <param name="ids">As there.</param>
    /// <param name="parameterName">What the caller calls them.</param>
    /// <param name="cancellationToken">As there.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    public ReadOnlySpan<float> AppendAll(
        scoped ReadOnlySpan<int> ids, string parameterName, CancellationToken cancellationToken, out int stride)
    {
        ReadSource(cancellationToken);
        int end = Place(ids, parameterName);
        ReadOnlySpan<float> logits = _sequence.EvaluateAll(
            _tokens, _evaluated, end - _evaluated, _position - _evaluated, cancellationToken, out stride);
        MoveTo(end);
        return logits;
    }

    /// <summary>Has another source text, which the next call reads unless it is the same, and no text of its own.</summary>
    /// <param name="source">Its ids, which fit.</param>
    public void Answer(int[] source)
    {
        if (!source.AsSpan().SequenceEqual(_source))
        {
            _source = source;
            _isSourceRead = false;
            _sequence.ForgetSource();
        }

        Truncate(0);
    }

    /// <summary>
    /// Has the text again that was there before a call that failed. From the position on nothing of it is evaluated; to another source, nothing
    /// at all.
    /// </summary>
    /// <param name="source">The source text; null where the call had none.</param>
    /// <param name="position">Where the text parts from what is there.</param>
    /// <param name="tokens">What it has from there on.</param>
    public void PutBack(int[]? source, int position, int[] tokens)
    {
        if (source is not null)
        {
            Answer(source);
        }

        Truncate(position);
        foreach (int id in tokens)
        {
            AppendUnevaluated(id);
        }
    }

    /// <summary>Reads the source text, where there is one that has not been read.</summary>
    /// <exception cref="InvalidOperationException">The model asks for one, and there is none.</exception>
    public void ReadSource(CancellationToken cancellationToken)
    {
        if (_isSourceRead || StartToken is null)
        {
            return;
        }

        if (_source.Length == 0)
        {
            throw new InvalidOperationException("The model answers a text, and the session has none; call Encode, or generate from a prompt.");
        }

        _sequence.ReadSource(_source, cancellationToken);
        _isSourceRead = true;
    }

    /// <summary>
    /// Evaluates all that is not evaluated yet, and gives the logits after each of the last tokens, <see cref="LogitRows"/> at most.
    /// </summary>
    /// <param name="count">How many tokens, at least 1.</param>
    /// <param name="cancellationToken">Ends the evaluation; the text stays as it is then.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    public ReadOnlySpan<float> EvaluateLast(int count, CancellationToken cancellationToken, out int stride)
    {
        ReadSource(cancellationToken);
        Remembered = GoBack(count);
        ReadOnlySpan<float> logits = _sequence.EvaluateAll(
            _tokens, _evaluated, _position - _evaluated, _position - count - _evaluated, cancellationToken, out stride);
        MoveTo(_position);
        return logits;
    }

    /// <summary>Where the text is not full: appends a token that the next call evaluates.</summary>
    public void AppendUnevaluated(int id)
    {
        _tokens[_position++] = id;
        Version++;
    }

    /// <summary>Where there is room for them: appends ids of the vocabulary, which the next call evaluates.</summary>
    public void AppendUnevaluated(ReadOnlySpan<int> ids)
    {
        ids.CopyTo(_tokens.AsSpan(_position));
        _position += ids.Length;
        Version++;
    }

    /// <summary>Somebody else has the first tokens evaluated, or has given back what was remembered behind them.</summary>
    public void SetEvaluated(int position) => _evaluated = position;

    /// <summary>Forgets the tokens from <paramref name="position"/> on.</summary>
    public void Truncate(int position)
    {
        _position = position;
        _evaluated = int.Min(_evaluated, position);
        Version++;
    }

    /// <summary>The same text, remembered apart from this one.</summary>
    /// <param name="sequence">What the model remembers of it.</param>
    public SessionText Fork(out Sequence sequence)
    {
        _evaluated = GoBackTo(_evaluated);
        sequence = _sequence.Fork(_evaluated);
        return new SessionText(this, sequence);
    }

    /// <summary>Goes back to where evaluation has to start that gives the logits after some last tokens.</summary>
    /// <returns>Number of tokens that need no evaluation.</returns>
    public int GoBack(int count) => _evaluated = GoBackTo(int.Min(_evaluated, _position - count));

    /// <summary>Writes the text and what the model remembers of it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="fingerprint">Which model it is.</param>
    public void Save(SavedSessionWriter writer, string fingerprint)
    {
        _evaluated = GoBackTo(_evaluated);
        writer.Write(fingerprint);
        writer.Write(_sequence.Layout);
        writer.Write([_position, _evaluated]);
        writer.Write(Tokens);
        if (StartToken is not null)
        {
            writer.Write(_source);
        }

        _sequence.Save(writer, _evaluated);
    }

    /// <summary>Takes over a text that was saved; this one is empty.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="fingerprint">Which model it must be of.</param>
    /// <exception cref="ModelGenException">It is damaged, of another model or layout, or too long.</exception>
    public void Restore(SavedSessionReader reader, string fingerprint)
    {
        string model = reader.ReadText();
        if (model != fingerprint)
        {
            throw new ModelGenException($"The saved session is of another model ({model}, where this one is {fingerprint}); evaluate its text again.");
        }

        string layout = reader.ReadText();
        if (layout != _sequence.Layout)
        {
            throw new ModelGenException(
                $"The saved session has its keys and values in another format or layout ({layout}, where this program has {_sequence.Layout}); evaluate its text again.");
        }

        if (reader.ReadNumbers(2) is not [int position, int evaluated] || evaluated < 0 || evaluated > position)
        {
            throw SavedSessionReader.Altered();
        }

        if (position > _tokens.Length)
        {
            throw new ModelGenException($"The saved session has {position} tokens, and this one holds {_tokens.Length}; ask for a larger ContextLength.");
        }

        int[] ids = reader.ReadNumbers(position);
        if (ids.Length != position || Array.Exists(ids, id => (uint)id >= (uint)VocabularySize))
        {
            throw SavedSessionReader.Altered();
        }

        int[] source = StartToken is null ? [] : reader.ReadNumbers(_tokens.Length);
        if (Array.Exists(source, id => (uint)id >= (uint)VocabularySize))
        {
            throw SavedSessionReader.Altered();
        }

        _sequence.Restore(reader, evaluated);
        if (_sequence.SourceLength > 0 && _sequence.SourceLength != source.Length)
        {
            throw SavedSessionReader.Altered();
        }

        _source = source;
        _isSourceRead = _sequence.SourceLength > 0;
        ids.CopyTo(_tokens, 0);
        _evaluated = evaluated;
        _position = position;
        Version++;
    }

    /// <exception cref="ContextFullException">So many tokens do not fit behind a position.</exception>
    public void CheckRoom(int count, int position)
    {
        if (count > _tokens.Length - position)
        {
            throw new ContextFullException(position, count, _tokens.Length);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public void CheckIds(ReadOnlySpan<int> ids, string parameterName) => CheckIds(ids, parameterName, VocabularySize);

    /// <exception cref="ArgumentOutOfRangeException">An id is not in a vocabulary.</exception>
    public static void CheckIds(ReadOnlySpan<int> ids, string parameterName, int vocabularySize)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)vocabularySize)
            {
                throw new ArgumentOutOfRangeException(parameterName, id, $"The model's ids are 0 to {vocabularySize - 1}.");
            }
        }
    }

    /// <summary>Puts ids behind the text, and goes back to where evaluation has to start.</summary>
    /// <returns>Position behind them.</returns>
    private int Place(scoped ReadOnlySpan<int> ids, string parameterName)
    {
        Span<int> own = _tokens.AsSpan(_position, ids.Length);
        ids.CopyTo(own);
        CheckIds(own, parameterName);

        // The logits of an evaluated token are gone: without new tokens the last one is evaluated once more, which leaves what is remembered
        // as it is. Until that is done it counts as not evaluated, because a cancelled call leaves it undefined.
        int end = _position + ids.Length;
        _evaluated = GoBackTo(int.Min(_evaluated, end - 1));
        Remembered = _evaluated;
        return end;
    }


    private int GoBackTo(int position) => _sequence.Keep(position);

    private void MoveTo(int end)
    {
        _position = end;
        _evaluated = end;
        Version++;
    }
}
