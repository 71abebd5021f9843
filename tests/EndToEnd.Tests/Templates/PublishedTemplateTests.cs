using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>The templates of eight published models write eight conversations as Jinja2 does, byte for byte, or refuse them as it does.</summary>
public sealed class PublishedTemplateTests
{
    private static readonly Lazy<JsonObject> Expected = new(() =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(PublishedTemplates.Folder, "expected.json")))!);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string template in PublishedTemplates.Names)
            {
                foreach ((string name, _) in (JsonObject)Expected.Value["cases"]!)
                {
                    cases.Add(template, name);
                }
            }

            if (cases.Count == 0)
            {
                // Somewhere without the data: one case, to say so.
                cases.Add("", "");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ConversationsAreWrittenAsJinja2WritesThem(string template, string name)
    {
        PublishedTemplates.Require();
        JsonObject expected = Expected.Value;
        JsonObject variables = (JsonObject)expected["cases"]![name]!.DeepClone();
        variables["bos_token"] = expected["bos_token"]!.DeepClone();
        variables["eos_token"] = expected["eos_token"]!.DeepClone();
        variables.TryAdd("tools", null);
        DateTime now = DateTime.Parse(expected["strftime_now_is"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        JsonNode result = expected["templates"]![template]![name]!;
        if (result["raised"] is JsonNode raised)
        {
            Should.Throw<ChatTemplateException>(() => PublishedTemplates.Find(template).Render(variables, now)).Message.ShouldBe(raised.GetValue<string>());
        }
        else
        {
            PublishedTemplates.Find(template).Render(variables, now).ShouldBe(result["text"]!.GetValue<string>());
        }
    }

    [Fact]
    public void AllTemplatesHaveTheirCases()
    {
        PublishedTemplates.Require();
        PublishedTemplates.Names.ShouldBe(((JsonObject)Expected.Value["templates"]!).Select(template => template.Key).Order(StringComparer.Ordinal));
        Cases.Count.ShouldBe(64);
    }
}
