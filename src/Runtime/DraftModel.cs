using System;
using System.Buffers;
using System.Collections.Generic;
using ModelGen.Execution;
using ModelGen.Generation;
using ModelGen.Sampling;

namespace ModelGen;

/// <summary>
/// A small model that guesses tokens for a larger one with the same vocabulary (<see cref="GenerationOptions.DraftModel"/>). The larger one evaluates the
/// guesses together with the last token, and each counts only if it is the token that is chosen in its place. (Leviathan et al. 2022, "Fast
/// Inference from Transformers via Speculative Decoding", https://arxiv.org/abs/2211.17192.)
/// </summary>
/// <remarks>
/// Safe for use by several threads, and for any number of sessions, engines and models. It remembers what it has read of the texts that it was asked
/// about last, in memory of its own.
/// </remarks>
public sealed class DraftModel : IDisposable
{
    private readonly Tokenizer _tokenizer;
    private readonly DraftTexts _texts;

    // The tokenizer that was found to have the same vocabulary last.
    private Tokenizer? _checked;

    /// <summary>Has a model guess.</summary>
    /// <param name="model">The model, best one whose layers remember positions. Whoever loaded it disposes it.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The model has an encoder (<see cref="CompiledDecoder.HasEncoder"/>), and goes on with no text.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public DraftModel(CompiledDecoder model, DraftModelOptions? options = null)
        : this(CheckedTokenizer(model), model.CreateSequence, options)
    {
    }

    /// <param name="tokenizer">The model's.</param>
    /// <param name="createSequence">Makes a sequence that remembers nothing.</param>
    /// <param name="options">Null for the defaults.</param>
    internal DraftModel(Tokenizer tokenizer, Func<Sequence> createSequence, DraftModelOptions? options)
    {
        Options = options ?? new DraftModelOptions();
        Options.Validate();
        _tokenizer = tokenizer;
        _texts = new DraftTexts(createSequence, Options.MaxTexts);
    }

    /// <summary>How it guesses.</summary>
    public DraftModelOptions Options { get; }

    /// <summary>Forgets all texts, and frees their memory; the model stays. What is generating with it ends with an
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _texts.Dispose();

    /// <exception cref="ArgumentException">Another tokenizer has another token with an id that both have.</exception>
    internal void CheckVocabulary(Tokenizer tokenizer)
    {
        if (tokenizer == _checked)
        {
            return;
        }

        ArrayBufferWriter<byte> own = new();
        ArrayBufferWriter<byte> other = new();
        for (int id = 0; id < int.Min(tokenizer.VocabularySize, _tokenizer.VocabularySize); id++)
        {
            own.ResetWrittenCount();
            other.ResetWrittenCount();
            _tokenizer.WriteBytes(id, includeSpecialTokens: true, own);
            tokenizer.WriteBytes(id, includeSpecialTokens: true, other);
            if (!own.WrittenSpan.SequenceEqual(other.WrittenSpan))
            {
                throw OptionChecks.Error(
                    $"DraftModel has another vocabulary than the model: token {id} is \"{_tokenizer.Names[id]}\" there and \"{tokenizer.Names[id]}\" here; "
                    + "take a draft model of the same family.");
            }
        }

        _checked = tokenizer;
    }

    /// <summary>Guesses how a text goes on.</summary>
    /// <param name="text">The text, at least one token.</param>
    /// <param name="most">Tokens at most, at least 1.</param>
    /// <param name="vocabularySize">Ids that may be guessed: 0 to vocabularySize − 1.</param>
    /// <param name="draft">Empty; takes them.</param>
    internal void Guess(ReadOnlySpan<int> text, int most, int vocabularySize, List<int> draft)
    {
        DraftText own = _texts.Rent(text);
        try
        {
            own.Guess(text, most, Options.MinProbability, vocabularySize, draft);
        }
        finally
        {
            _texts.Return(own);
        }
    }

    private static Tokenizer CheckedTokenizer(CompiledDecoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return !model.HasEncoder ? model.Tokenizer : throw new ArgumentException(
            "The model answers a text that an encoder reads, and goes on with none; a draft model has no encoder.", nameof(model));
    }
}
