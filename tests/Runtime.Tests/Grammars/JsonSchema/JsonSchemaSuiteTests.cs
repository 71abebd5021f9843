using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>
/// The official suite of draft 2020-12. A value counts as its compact and as its indented text; it is right where both are accepted exactly if
/// it is valid. What a grammar would have to remember, such as all items for <c>uniqueItems</c>, is refused, and nothing is wrong.
/// </summary>
public sealed class JsonSchemaSuiteTests(ITestOutputHelper output)
{
    /// <summary>Cases of the suite that are right; each change may raise it.</summary>
    private const int Right = 1218;

    private const int Cases = 1299;

    private static readonly string Folder = Path.Combine(RepositoryFiles.SharedData, "json-schema");

    [Fact]
    public void NoCaseOfTheOfficialSuiteIsWrongAndFewAreRefused()
    {
        Assert.SkipUnless(Directory.Exists(Folder), RepositoryFiles.NoSharedData);
        JsonSchemaOptions options = new() { Documents = Remotes() };
        int cases = 0;
        int right = 0;
        List<string> wrong = [];
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Folder, "draft2020-12"), "*.json").Order(StringComparer.Ordinal))
        {
            string keyword = Path.GetFileNameWithoutExtension(path);
            int casesOfKeyword = 0;
            int rightOfKeyword = 0;
            foreach (JsonElement group in Read(path).EnumerateArray())
            {
                casesOfKeyword += group.GetProperty("tests").GetArrayLength();
                rightOfKeyword += RightOf(group, options, keyword, wrong);
            }

            output.WriteLine($"{keyword}: {rightOfKeyword} of {casesOfKeyword}");
            cases += casesOfKeyword;
            right += rightOfKeyword;
        }

        output.WriteLine($"All: {right} of {cases} right, {cases - right - wrong.Count} refused, {wrong.Count} wrong");
        wrong.ShouldBeEmpty();
        cases.ShouldBe(Cases);
        right.ShouldBeGreaterThanOrEqualTo(Right);
    }

    private int RightOf(JsonElement group, JsonSchemaOptions options, string keyword, List<string> wrong)
    {
        JsonSchemaMatching matching;
        try
        {
            matching = new JsonSchemaMatching(group.GetProperty("schema"), options);
        }
        catch (GrammarException exception)
        {
            output.WriteLine($"{keyword}, {group.GetProperty("description")}: {exception.Message}");
            return 0;
        }

        int right = 0;
        foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
        {
            bool isValid = test.GetProperty("valid").GetBoolean();
            JsonElement data = test.GetProperty("data");
            if (matching.Accepts(Write(data, false)) == isValid && matching.Accepts(Write(data, true)) == isValid)
            {
                right++;
            }
            else
            {
                wrong.Add($"{keyword}, {group.GetProperty("description")}, {test.GetProperty("description")}");
            }
        }

        return right;
    }

    private static Dictionary<string, JsonElement> Remotes()
    {
        string folder = Path.Combine(Folder, "remotes");
        return Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .ToDictionary(path => "http://localhost:1234/" + Path.GetRelativePath(folder, path).Replace('\\', '/'), Read);
    }

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    private static string Write(JsonElement value, bool indented)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(
            stream, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
