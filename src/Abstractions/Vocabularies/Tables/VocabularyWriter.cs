using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Gguf;

namespace ModelGen.Vocabularies;

/// <summary>Packs a vocabulary into a <see cref="VocabularySection"/>.</summary>
internal sealed unsafe class VocabularyWriter
{
    private readonly VocabularyContent _content;
    private readonly TokenAttributes[] _attributes;
    private readonly TokenizerKind _kind;
    private readonly PreTokenizerRule? _rule;
    private readonly SymbolSet _symbols;
    private readonly PairTable _pairs;

    private VocabularyWriter(VocabularyContent content)
    {
        _content = VocabularyChecks.Check(content);
        _attributes = TokenAttributeRules.Resolve(_content);
        _kind = TokenizerKinds.Of(content.Model);
        if (_kind == TokenizerKind.BytePair)
        {
            _rule = PreTokenizerRules.Find(content.Pre ?? "");
            _kind = _rule is null ? TokenizerKind.IdsOnly : _kind;
        }

        bool startsFromBytes = _rule is { MarksSpaces: false };
        _symbols = new SymbolSet(WithPlainTokens(), _attributes, startsFromBytes);
        if (startsFromBytes)
        {
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                _symbols.Add([(byte)value]);
            }
        }

        _pairs = PairTable.Create(_rule is null ? [] : _content.Merges, _symbols);
    }

    private bool MergesWords => _kind is TokenizerKind.SentencePiece or TokenizerKind.BytePair;

    /// <summary>Packs a vocabulary.</summary>
    /// <exception cref="ModelGenException">The vocabulary is not one that ModelGen can read; the message says why.</exception>
    public static byte[] Write(VocabularyContent content) => new VocabularyWriter(content).Write();

    private byte[] Write()
    {
        int[] specials = Enumerable.Range(0, _content.Tokens.Length)
            .Where(id => TokenAttributeRules.IsSpecial(_attributes[id]))
            .OrderByDescending(id => _content.Tokens[id].Length)
            .ToArray();
        TextSlot[] slots = TextTable.Create(AllTexts());
        SectionBuilder section = new();
        section.Add(VocabularyTable.Starts, Starts(_symbols.Texts.Select(text => text.Length)));
        section.Add(VocabularyTable.Scores, PackedScores());
        section.Add(VocabularyTable.Attributes, Attributes());
        section.Add(VocabularyTable.Specials, specials);
        section.Add(VocabularyTable.SpecialSlots, TextTable.Create(specials.Select(id => (_content.Tokens[id], id))));
        section.Add(VocabularyTable.TextSlots, MergesWords || _kind == TokenizerKind.WordPiece ? slots : []);
        section.Add(VocabularyTable.Bytes, Enumerable.Range(0, byte.MaxValue + 1).Select(value => ByteSymbol((byte)value)).ToArray());
        section.Add(VocabularyTable.Pairs, _pairs.Slots);
        section.Add(VocabularyTable.FallbackStarts, Starts(_symbols.Fallbacks.Select(ids => ids.Length)));
        section.Add(VocabularyTable.Fallbacks, _symbols.Fallbacks.SelectMany(ids => ids).ToArray());
        AddTries(section);
        section.Add(VocabularyTable.CharacterMap, _content.CharacterMap);
        byte[] name = Encoding.UTF8.GetBytes(GgufText.OneLine(Name()));
        Array.Resize(ref name, Math.Min(name.Length, VocabularySection.MaxNameLength));
        section.AddTexts(_symbols.Texts, name);

        byte[] bytes = section.ToArray();
        fixed (byte* first = bytes)
        {
            WriteHeader(first, bytes.Length, name.Length);
            if (MergesWords)
            {
                WordRules.Mark(first, bytes.Length, _rule);
            }
        }

        return bytes;
    }

    // Two tokens of the same text are refused here, as llama.cpp refuses them: encoding could only ever give one of the two.
    private IEnumerable<(byte[] Text, int Symbol)> AllTexts()
    {
        TextTable.Create(_content.Tokens.Select((text, id) => (text, id)));
        return _symbols.ByText.OrderBy(entry => entry.Value).Select(entry => (entry.Key, entry.Value));
    }

    // RWKV's tokens are written as Python writes bytes.
    private VocabularyContent WithPlainTokens() => _kind != TokenizerKind.Rwkv
        ? _content
        : _content with
        {
            Tokens = _content.Tokens
                .Select((text, id) => TokenAttributeRules.IsSpecial(_attributes[id]) ? text : EscapedBytes.Decode(text))
                .ToArray(),
        };

    private string Name() => _kind != TokenizerKind.IdsOnly ? ""
        : TokenizerKinds.Of(_content.Model) == TokenizerKind.BytePair ? _content.Pre ?? "" : _content.Model;

    private int ByteSymbol(byte value) =>
        _rule is { MarksSpaces: false } ? _symbols.Find([value]) : _symbols.FindByteToken(value);

    private void AddTries(SectionBuilder section)
    {
        var tokens = _content.Tokens.Select((text, id) => (Text: text, Id: id));
        TrieBuilder trie = TrieBuilder.Empty;
        TrieBuilder userTrie = TrieBuilder.Empty;
        switch (_kind)
        {
            case TokenizerKind.WordPiece:
                trie = TrieBuilder.Create(tokens);
                break;
            case TokenizerKind.Rwkv:
                trie = TrieBuilder.Create(tokens.Select(token => (EscapedBytes.Decode(token.Text), token.Id)).Where(token => token.Item1.Length > 0));
                break;
            case TokenizerKind.Unigram:
                // By the file's own types: llama.cpp builds its trie before it mends them.
                trie = TrieBuilder.Create(tokens.Where(token => TypeOf(token.Id) is TokenType.Normal or TokenType.UserDefined or TokenType.Unused));
                userTrie = TrieBuilder.Create(tokens.Where(token => TypeOf(token.Id) == TokenType.UserDefined));
                break;
        }

        section.Add(VocabularyTable.TrieLabels, trie.Labels);
        section.Add(VocabularyTable.TrieFirstChildren, trie.FirstChildren);
        section.Add(VocabularyTable.TrieValues, trie.Values);
        section.Add(VocabularyTable.UserTrieLabels, userTrie.Labels);
        section.Add(VocabularyTable.UserTrieFirstChildren, userTrie.FirstChildren);
    }

    private int TypeOf(int id) => _content.Types is null ? TokenType.Normal : _content.Types[id];

    private float[] PackedScores()
    {
        if (_content.Scores is null || _kind is not (TokenizerKind.SentencePiece or TokenizerKind.Unigram))
        {
            return [];
        }

        // A Unigram vocabulary takes its user-defined tokens wherever it can: scores are logarithms of probabilities, below 0.
        return Enumerable.Range(0, _content.Tokens.Length)
            .Select(id => _kind == TokenizerKind.Unigram && TypeOf(id) == TokenType.UserDefined ? 0 : _content.Scores[id])
            .ToArray();
    }

    // SentencePiece's kUnkPenalty: an unknown character is 10 less likely than the least likely token.
    private float UnknownScore()
    {
        const float Penalty = 10;
        float lowest = float.MaxValue;
        for (int id = 0; id < _content.Tokens.Length; id++)
        {
            if (TypeOf(id) == TokenType.Normal)
            {
                lowest = Math.Min(lowest, _content.Scores?[id] ?? 0);
            }
        }

        return lowest - Penalty;
    }

    private ushort[] Attributes()
    {
        ushort[] attributes = new ushort[_symbols.Texts.Count];
        for (int id = 0; id < _attributes.Length; id++)
        {
            attributes[id] = (ushort)_attributes[id];
        }

        return attributes;
    }

    private static int[] Starts(IEnumerable<int> lengths)
    {
        List<int> starts = [0];
        foreach (int length in lengths)
        {
            starts.Add(checked(starts[starts.Count - 1] + length));
        }

        return [.. starts];
    }

    private void WriteHeader(byte* section, long length, int nameLength)
    {
        *(uint*)section = VocabularySection.Magic;
        *(int*)(section + 4) = VocabularySection.Version;
        *(long*)(section + 8) = length;
        *(int*)(section + VocabularySection.KindOffset) = (int)_kind;
        *(int*)(section + VocabularySection.FlagsOffset) = (int)Flags();
        *(int*)(section + VocabularySection.TokenCountOffset) = _content.Tokens.Length;
        *(int*)(section + VocabularySection.SymbolCountOffset) = _symbols.Texts.Count;
        int?[] ids =
        [
            _content.BeginningOfSequenceId, _content.EndOfSequenceId, _content.EndOfTurnId, _content.UnknownId, _content.PaddingId,
            _content.SeparatorId,
        ];
        for (int index = 0; index < ids.Length; index++)
        {
            *(int*)(section + VocabularySection.IdsOffset + sizeof(int) * index) = ids[index] ?? VocabularySection.None;
        }

        *(int*)(section + VocabularySection.PreTokenizerOffset) = (int)PreTokenizer();
        *(int*)(section + VocabularySection.NameLengthOffset) = nameLength;
        *(float*)(section + VocabularySection.UnknownScoreOffset) = _kind == TokenizerKind.Unigram ? UnknownScore() : 0;
        *(int*)(section + VocabularySection.LongestSymbolOffset) = _symbols.Texts.Max(text => text.Length);
    }

    // How a WordPiece vocabulary cuts words a program says, not the file; the tables are the same.
    private PreTokenizerKind PreTokenizer() => _kind == TokenizerKind.WordPiece ? PreTokenizerKind.Bert : _rule?.Kind ?? PreTokenizerKind.None;

    // As llama.cpp, a model that asks for BOS, EOS or SEP but has none gets none.
    private VocabularyFlags Flags() =>
        When(VocabularyFlags.AddBeginningOfSequence, _content.AddBeginningOfSequence && _content.BeginningOfSequenceId is not null)
        | When(VocabularyFlags.AddEndOfSequence, _content.AddEndOfSequence && _content.EndOfSequenceId is not null)
        | When(VocabularyFlags.AddSpacePrefix, _content.AddSpacePrefix)
        | When(
            VocabularyFlags.MarksSpaces,
            _kind is TokenizerKind.SentencePiece or TokenizerKind.WordPiece or TokenizerKind.Unigram || _rule is { MarksSpaces: true })
        | When(VocabularyFlags.StartsFromBytes, _rule is { MarksSpaces: false })
        | When(VocabularyFlags.RemoveExtraSpaces, _content.RemoveExtraSpaces)
        | When(VocabularyFlags.Lowercase, _content.Lowercase)
        | When(VocabularyFlags.StripAccents, _content.StripAccents)
        | When(VocabularyFlags.AddSeparator, _content.AddSeparator && _content.SeparatorId is not null)
        | When(VocabularyFlags.Cased, _content.IsCased);

    private static VocabularyFlags When(VocabularyFlags flag, bool isSet) => isSet ? flag : VocabularyFlags.None;
}
