using ModelGen.Generator.Output.Shapes;
using ModelGen.Grammars;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;

namespace ModelGen.Generator.Output.Grammars;

/// <summary>Texts of types that have a form of their own: dates that there are, times that a day has.</summary>
internal static class FormattedTexts
{
    private const string Time = @"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,7})?";

    // Up to 10675198: with one more a length of time would not fit.
    private const string Days = "(?:[1-9][0-9]{0,6}|10[0-5][0-9]{5}|106[0-6][0-9]{4}|1067[0-4][0-9]{3}|106750[0-9]{2}|106751[0-8][0-9]|1067519[0-8])";

    private const string Year = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
    private const string LeapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
    private const string DayOfAnyYear = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
    private const string Date = $"(?:{Year}-{DayOfAnyYear}|{LeapYear}-02-29)";
    private const string Offset = "[-+](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)";

    // In the first year and the last one an offset can lead out of what there are.
    private const string EndYears = "^(?:0001|9999)-";

    private const string Label = "[a-z0-9]{1,12}(?:-[a-z0-9]{1,12}){0,3}";
    private const string UriCharacter = @"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";
    private const string HttpUri =
        $@"https?://(?:{Label}\.){{0,4}}[a-z]{{1,20}}(?::[1-9][0-9]{{0,3}})?(?:/{UriCharacter}*)*(?:\?(?:{UriCharacter}|[/?])*)?(?:#(?:{UriCharacter}|[/?])*)?";

    public static GrammarExpression Of(TextFormat format) => format switch
    {
        // A character beyond the first 65,536 is two of C#'s.
        TextFormat.Character => JsonExpressions.StringOf(RegularExpressionAutomaton.Containing(@"^[\u0000-\uffff]$"), JsonTextForm.Any),
        TextFormat.Uri => JsonExpressions.StringOf(Texts(HttpUri), JsonTextForm.Any),
        TextFormat.DateTime => Plain(Texts($@"{Date}T{Time}(?:Z|\+00:00)?") | InnerYears($"{Date}T{Time}{Offset}")),
        TextFormat.DateTimeOffset => Plain(Texts($@"{Date}T{Time}(?:Z|\+00:00)") | InnerYears($"{Date}T{Time}{Offset}")),
        TextFormat.DateOnly => Plain(Texts(Date)),
        TextFormat.TimeOnly => Plain(Texts(Time)),
        TextFormat.TimeSpan => Plain(Texts($@"-?(?:{Days}\.)?{Time}")),
        _ => Plain(Texts("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    };

    private static CharacterAutomaton InnerYears(string pattern) => Texts(pattern) - RegularExpressionAutomaton.Containing(EndYears);

    private static CharacterAutomaton Texts(string pattern) => RegularExpressionAutomaton.Containing($"^(?:{pattern})$");

    private static GrammarExpression Plain(CharacterAutomaton texts) => JsonExpressions.StringOf(texts, JsonTextForm.Plain);
}
