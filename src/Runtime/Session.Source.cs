using System;
using System.Threading;
using ModelGen.Sessions;

namespace ModelGen;

/// <content>The text that is answered, of models with an encoder for it.</content>
public sealed partial class Session
{
    /// <summary>Ids of the text that is answered; empty where none was given, or where the model has no encoder.</summary>
    public ReadOnlySpan<int> Source => _text.Source;

    /// <summary>
    /// Reads the text that is to be answered, of a model that has an encoder for it, as T5 (<see cref="CompiledDecoder.HasEncoder"/>). The answer
    /// so far is forgotten; a new one starts with the model's start token, which is the session's text then.
    /// </summary>
    /// <remarks>
    /// What the model's layers find of the text is kept with the session: rewinding, forks and saved sessions have it without reading the text
    /// again, and the same text once more is not read again. <see cref="Generate(string, GenerationOptions?)"/> and its kind do all this with
    /// their prompt.
    /// </remarks>
    /// <param name="source">Any text; tokens that end it are added as the model asks for.</param>
    /// <exception cref="ArgumentException">The text has no tokens.</exception>
    /// <exception cref="ContextFullException">It does not fit.</exception>
    /// <exception cref="ModelGenException">The vocabulary cannot write the text.</exception>
    /// <exception cref="InvalidOperationException">The model has no encoder, or another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Encode(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Encode([.. _tokenizer.EncodeToIds(source)]);
    }

    /// <param name="sourceIds">Ids of the vocabulary, as they stand.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <inheritdoc cref="Encode(string)"/>
    public void Encode(ReadOnlySpan<int> sourceIds)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        if (_text.StartToken is not int start)
        {
            throw new InvalidOperationException("The model has no encoder: it goes on with a text; append that by Evaluate, or generate from it.");
        }

        if (sourceIds.IsEmpty)
        {
            throw new ArgumentException("There are no tokens to encode; give at least one.", nameof(sourceIds));
        }

        // Another thread may write to the caller's array.
        int[] ids = sourceIds.ToArray();
        _text.CheckRoom(ids.Length, position: 0);
        _text.CheckIds(ids, nameof(sourceIds));
        (int[] source, int[] answer) = (_text.Source.ToArray(), _text.Tokens.ToArray());
        try
        {
            _text.Answer(ids);
            _text.ReadSource(CancellationToken.None);
        }
        catch
        {
            _text.PutBack(source, position: 0, answer);
            throw;
        }

        _text.AppendUnevaluated(start);
    }
}
