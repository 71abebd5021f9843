using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Microsoft.ML.Tokenizers;
using ModelGen.Tokenization;

namespace ModelGen.MLTokenizers;

/// <summary>
/// The tokenizer of a model as a <see cref="Microsoft.ML.Tokenizers.Tokenizer"/>, for programs that are written for that library. It gives
/// the same ids as the tokenizer itself, which are llama.cpp's.
/// </summary>
/// <remarks>
/// Normalisation and pre-tokenization are the model's own and cannot be turned off. Places in the text (of
/// <c>EncodeToTokens</c>, <c>GetIndexByTokenCount</c>, and of a count of tokens that is limited) need a tokenizer whose tokens hold the text as
/// it is: those of BERT and T5 change it, and throw <see cref="NotSupportedException"/> there.
/// </remarks>
public sealed class ModelGenTokenizer : Microsoft.ML.Tokenizers.Tokenizer
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _addSpecialTokens;
    private readonly bool _parseSpecialTokens;

    /// <summary>Wraps a tokenizer.</summary>
    /// <param name="tokenizer">A model's tokenizer.</param>
    /// <param name="addSpecialTokens">Adds BOS in front and EOS behind where the model asks for them.</param>
    /// <param name="parseSpecialTokens">Reads the text of control tokens as these tokens. Leave it off for text that users write.</param>
    public ModelGenTokenizer(Tokenizer tokenizer, bool addSpecialTokens = true, bool parseSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _addSpecialTokens = addSpecialTokens;
        _parseSpecialTokens = parseSpecialTokens;
    }

    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => _tokenizer.Decode(ids);

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = 0;
        charsWritten = 0;

        // Only ids whose text ends with a whole character are counted; what is held back is written with the ids behind them.
        TextDecoder decoder = new(_tokenizer);
        int count = 0;
        bool isFirst = true;
        foreach (int id in ids)
        {
            string piece = decoder.Append(id);
            count++;
            if (piece.Length == 0)
            {
                continue;
            }

            ReadOnlySpan<char> text = isFirst && _tokenizer.AddsSpacePrefix && piece[0] == ' ' ? piece.AsSpan(1) : piece;
            isFirst = false;
            if (!text.TryCopyTo(destination[charsWritten..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            charsWritten += text.Length;
            idsConsumed = count;
        }

        string rest = decoder.Flush();
        if (!rest.AsSpan().TryCopyTo(destination[charsWritten..]))
        {
            return OperationStatus.DestinationTooSmall;
        }

        charsWritten += rest.Length;
        idsConsumed = count;
        return OperationStatus.Done;
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        IReadOnlyList<int> ids = Encode(source);
        int limit = Limit(settings);
        if (ids.Count <= limit)
        {
            return new EncodeResults<int> { Tokens = ids, CharsConsumed = source.Length };
        }

        TokenPlaces places = TokenPlaces.Find(_tokenizer, source, ids);
        int kept = places.WholeFromStart(limit);
        return new EncodeResults<int> { Tokens = [.. ids.Take(kept)], CharsConsumed = places.End(kept) };
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        IReadOnlyList<int> ids = Encode(source);
        TokenPlaces places = TokenPlaces.Find(_tokenizer, source, ids);
        int kept = ids.Count <= Limit(settings) ? ids.Count : places.WholeFromStart(Limit(settings));
        return new EncodeResults<EncodedToken>
        {
            Tokens =
            [
                .. ids.Take(kept).Select((id, i) => new EncodedToken(
                    id, _tokenizer.Decode([id], includeSpecialTokens: true), places.End(i)..places.End(i + 1))),
            ],
            CharsConsumed = kept == ids.Count ? source.Length : places.End(kept),
        };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        int count = _tokenizer.CountTokens(source, _addSpecialTokens, _parseSpecialTokens);
        return count <= Limit(settings) ? count : TokenPlaces.Find(_tokenizer, source, Encode(source)).WholeFromStart(Limit(settings));
    }

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        ReadOnlySpan<char> source = text is null ? textSpan : text;
        IReadOnlyList<int> ids = Encode(source);
        normalizedText = null;
        if (ids.Count <= Limit(settings))
        {
            tokenCount = ids.Count;
            return fromEnd ? 0 : source.Length;
        }

        TokenPlaces places = TokenPlaces.Find(_tokenizer, source, ids);
        tokenCount = fromEnd ? places.WholeFromEnd(Limit(settings)) : places.WholeFromStart(Limit(settings));
        return places.End(fromEnd ? ids.Count - tokenCount : tokenCount);
    }

    // Settings that nobody filled in limit nothing.
    private static int Limit(EncodeSettings settings) => settings.MaxTokenCount > 0 ? settings.MaxTokenCount : int.MaxValue;

    private IReadOnlyList<int> Encode(ReadOnlySpan<char> text) => _tokenizer.EncodeToIds(text, _addSpecialTokens, _parseSpecialTokens);
}
