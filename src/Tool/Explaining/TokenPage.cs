using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;

namespace ModelGen.Tool.Explaining;

/// <summary>
/// A page of HTML, complete in itself and without scripts: a text with each token coloured by how likely it was, and the likely tokens in its
/// place where one points at it.
/// </summary>
/// <param name="title">What the page is about.</param>
/// <param name="tokenizer">Gives the names of tokens without text.</param>
internal sealed class TokenPage(string title, Tokenizer tokenizer)
{
    private readonly TokenNames _names = new(tokenizer);
    private readonly StringBuilder _page = new();

    /// <summary>What there is to say of an answer as a whole: how long it is, how likely, and why it ended.</summary>
    public static string Facts(IEnumerable<GeneratedToken> tokens, GenerationEnd end)
    {
        double[] generated = [.. tokens.Where(token => !token.IsPrompt).Select(token => token.LogProbability!.Value)];
        string mean = generated.Length == 0 ? "" : $"{Percent(Math.Exp(generated.Average()))} likely in the geometric mean, ";
        return string.Create(CultureInfo.InvariantCulture, $"{end.GeneratedTokens} tokens, {mean}{Reason(end)}");
    }

    private static string Reason(GenerationEnd end) => end.Reason switch
    {
        GenerationEndReason.EndToken => "ended by the model",
        GenerationEndReason.StopSequence => "ended at a stop sequence",
        GenerationEndReason.TokenLimit => "ended at the limit of tokens",
        GenerationEndReason.ContextFull => "ended because the context is full",
        _ => "ended by a processor",
    };

    /// <summary>Writes the page.</summary>
    /// <param name="prompt">A prompt that is not among the tokens; null where it is.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="end">How the answer ended.</param>
    public string Write(string? prompt, IReadOnlyList<GeneratedToken> tokens, GenerationEnd end)
    {
        _page.Clear();
        _page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>
            {TokenPageStyle.Text}
            </style>
            </head>
            <body>
            <main>
            <h1>{Encode(title)}</h1>
            <p class="facts">{Encode(Facts(tokens, end))}.</p>
            <p class="legend">likely<span class="scale"></span>unlikely<span class="second">not the most likely token</span></p>
            <div class="text">
            """);
        if (prompt is not null)
        {
            _page.Append(CultureInfo.InvariantCulture, $"<span class=\"prompt\">{Encode(prompt)}</span>");
        }

        foreach (GeneratedToken token in tokens)
        {
            Write(token);
        }

        if (end.EndToken is GeneratedToken last)
        {
            Write(last);
        }

        _page.Append("""
            </div>
            </main>
            <aside>Point at a token to see how likely it was, and which others were.</aside>
            </body>
            </html>

            """);
        return _page.ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(Visible(text));

    // Line breaks are shown, and stay; other control characters are shown in their place.
    private static string Visible(string text) => string.Concat(text.Select(character => character switch
    {
        '\n' => "↵\n",
        '\x7F' => "␡",
        < ' ' => ((char)('\u2400' + character)).ToString(),
        _ => character.ToString(),
    }));

    // Two digits that count, rounded, down to one in ten thousand.
    private static string Percent(double probability) => probability switch
    {
        0 => "0 %",
        < 0.0001 => "under 0.01 %",
        < 0.00995 => (100 * probability).ToString("0.00", CultureInfo.InvariantCulture) + " %",
        < 0.0995 => (100 * probability).ToString("0.0", CultureInfo.InvariantCulture) + " %",
        _ => (100 * probability).ToString("0", CultureInfo.InvariantCulture) + " %",
    };

    private void Write(GeneratedToken token)
    {
        string classes = string.Join(' ', Classes(token));
        string style = token.LogProbability is double known
            ? string.Create(CultureInfo.InvariantCulture, $" style=\"--likely:{Math.Exp(known):0.####}\"")
            : "";
        string name = _names.Of(token);
        _page.Append(CultureInfo.InvariantCulture, $"<span class=\"{classes}\" tabindex=\"0\"{style}>{Encode(name)}<span class=\"card\">");
        _page.Append(CultureInfo.InvariantCulture, $"<b>{Encode(name)}</b><i>token {token.Id}</i>");
        _page.Append(token.LogProbability is double logProbability
            ? string.Create(
                CultureInfo.InvariantCulture, $"<u>{Percent(Math.Exp(logProbability))}</u><i>log-probability {logProbability:0.000}</i>")
            : "<u></u><i>the first token</i>");
        foreach (TokenAlternative alternative in token.Alternatives)
        {
            double probability = Math.Exp(alternative.LogProbability);
            string own = alternative.Id == token.Id ? " class=\"own\"" : "";
            _page.Append(CultureInfo.InvariantCulture, $"<s{own}>{Encode(_names.Of(alternative))}</s>");
            _page.Append(CultureInfo.InvariantCulture, $"<em><span style=\"width:{100 * probability:0.#}%\"></span></em>");
            _page.Append(CultureInfo.InvariantCulture, $"<u>{Percent(probability)}</u>");
        }

        _page.Append("</span></span>");
    }

    private static IEnumerable<string> Classes(GeneratedToken token)
    {
        yield return "token";
        if (token.IsPrompt)
        {
            yield return "of-prompt";
        }

        if (token.Text.Length == 0)
        {
            yield return "unseen";
        }

        if (token.Alternatives is [{ Id: var likeliest }, ..] && likeliest != token.Id)
        {
            yield return "second-choice";
        }
    }
}
