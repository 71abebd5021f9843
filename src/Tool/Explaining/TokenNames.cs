using System.Globalization;

namespace ModelGen.Tool.Explaining;

/// <summary>What tokens are called where people read of them.</summary>
/// <param name="tokenizer">Whose tokens.</param>
internal sealed class TokenNames(Tokenizer tokenizer)
{
    /// <summary>A token's text; of one without, such as a control token or a part of a character, its name or its id.</summary>
    public string Of(GeneratedToken token) => token.Text.Length > 0 ? token.Text : Of(token.Id);

    /// <summary>Another token's text.</summary>
    public string Of(TokenAlternative token) => token.Text.Length > 0 && !token.Text.Contains('\uFFFD') ? token.Text : Of(token.Id);

    private string Of(int id) => tokenizer.Decode([id], includeSpecialTokens: true) is { Length: > 0 } name && !name.Contains('\uFFFD')
        ? name
        : "#" + id.ToString(CultureInfo.InvariantCulture);
}
