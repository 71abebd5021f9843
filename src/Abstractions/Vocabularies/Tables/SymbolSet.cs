using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelGen.Vocabularies;

/// <summary>
/// The symbols that a vocabulary's texts are merged from: its tokens, and texts that stand between merges without being tokens. A text that
/// ends as one of these is written by other tokens, or not at all.
/// </summary>
internal sealed class SymbolSet
{
    private readonly Dictionary<byte[], int> _byText = new(ByteStrings.Comparer);
    private readonly int _tokenCount;

    /// <param name="content">The vocabulary.</param>
    /// <param name="attributes">Attributes of its tokens.</param>
    /// <param name="decodesBytes">Its texts are written in <see cref="ByteEncoding"/>.</param>
    public SymbolSet(VocabularyContent content, TokenAttributes[] attributes, bool decodesBytes)
    {
        _tokenCount = content.Tokens.Length;
        DecodesBytes = decodesBytes;
        List<(byte[] Text, int Id)> hidden = [];
        for (int id = 0; id < _tokenCount; id++)
        {
            byte[] own = content.Tokens[id];
            byte[]? decoded = decodesBytes ? ByteEncoding.Decode(own) : own;

            // Special tokens are looked for in the text as it is written, and decode to that.
            byte[] text = TokenAttributeRules.IsSpecial(attributes[id]) ? own : decoded ?? own;
            Texts.Add(text);
            if (decoded is not null)
            {
                if (ByteStrings.Comparer.Equals(text, decoded))
                {
                    _byText[text] = id;
                }
                else
                {
                    hidden.Add((decoded, id));
                }
            }
        }

        foreach ((byte[] text, int id) in hidden)
        {
            if (!_byText.ContainsKey(text))
            {
                AddFallback(text, [id]);
            }
        }
    }

    /// <summary>Whether texts are written in <see cref="ByteEncoding"/>.</summary>
    public bool DecodesBytes { get; }

    /// <summary>The texts of all symbols; the tokens' come first, in the order of their ids.</summary>
    public List<byte[]> Texts { get; } = [];

    /// <summary>Symbols by the text that they are found by.</summary>
    public IReadOnlyDictionary<byte[], int> ByText => _byText;

    /// <summary>What is written for each symbol that is no token.</summary>
    public List<int[]> Fallbacks { get; } = [];

    /// <summary>The symbol with a text, or −1.</summary>
    public int Find(byte[] text) => _byText.TryGetValue(text, out int symbol) ? symbol : VocabularySection.None;

    /// <summary>The symbol with a text, which is added where it is none yet.</summary>
    public int Add(byte[] text) => _byText.TryGetValue(text, out int symbol) ? symbol : AddFallback(text, FallbackOf(text));

    /// <summary>The token for a byte among characters: its text is &lt;0xXX&gt;, or else the byte itself.</summary>
    public int FindByteToken(byte value)
    {
        int id = Find(Encoding.ASCII.GetBytes("<0x" + value.ToString("X2", CultureInfo.InvariantCulture) + ">"));
        return id != VocabularySection.None ? id : Find([value]);
    }

    private int AddFallback(byte[] text, int[] ids)
    {
        int symbol = Texts.Count;
        Texts.Add(text);
        _byText.Add(text, symbol);
        Fallbacks.Add(ids);
        return symbol;
    }

    // Of bytes that are no tokens, llama.cpp writes those that stand for themselves; it has no name for the others.
    private int[] FallbackOf(byte[] text)
    {
        List<int> ids = [];
        foreach (byte value in text)
        {
            int id = !DecodesBytes ? FindByteToken(value) : ByteEncoding.IsPlain(value) ? Find([value]) : VocabularySection.None;
            if (id != VocabularySection.None && id < _tokenCount)
            {
                ids.Add(id);
            }
        }

        return [.. ids];
    }
}
