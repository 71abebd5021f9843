using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using ModelGen.Server.Contracts;

namespace ModelGen.Server.Answers;

/// <summary>Says how likely tokens were, in OpenAI's form.</summary>
/// <param name="tokenizer">The model's.</param>
internal sealed class TokenLogprobs(Tokenizer tokenizer)
{
    /// <summary>A token of a chat's answer.</summary>
    public TokenLogprob Of(GeneratedToken token) => Create(
        token.Id,
        token.LogProbability ?? 0,
        [.. token.Alternatives.Select(alternative => Create(alternative.Id, alternative.LogProbability, alternatives: null))]);

    /// <summary>A token's text by itself; bytes that are not a whole character are U+FFFD.</summary>
    public string TextOf(int id) => Encoding.UTF8.GetString(BytesOf(id).WrittenSpan);

    private TokenLogprob Create(int id, double logProbability, IReadOnlyList<TokenLogprob>? alternatives)
    {
        ArrayBufferWriter<byte> bytes = BytesOf(id);
        return new TokenLogprob
        {
            Token = Encoding.UTF8.GetString(bytes.WrittenSpan),
            Logprob = logProbability,
            Bytes = [.. bytes.WrittenSpan.ToArray().Select(one => (int)one)],
            TopLogprobs = alternatives,
        };
    }

    private ArrayBufferWriter<byte> BytesOf(int id)
    {
        ArrayBufferWriter<byte> bytes = new();
        tokenizer.WriteBytes(id, includeSpecialTokens: true, bytes);
        return bytes;
    }
}
