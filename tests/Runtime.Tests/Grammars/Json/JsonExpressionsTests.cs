using System;
using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Json;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Json;

public sealed class JsonExpressionsTests
{
    private readonly GrammarBuilder _rules = new();

    [Fact]
    public void AnyValueIsJson()
    {
        JsonExpressions json = new(_rules, JsonWhiteSpace.Any);
        Accepts(json.Value, """{"a": [1, 2.5e3, null, true], "b" : "x"}""").ShouldBeTrue();
        Accepts(json.Value, "[ ]").ShouldBeTrue();
        Accepts(json.Value, "{\n}").ShouldBeTrue();
        Accepts(json.Value, """{"a": [1, ]}""").ShouldBeFalse();
        Accepts(json.Value, """{"a" 1}""").ShouldBeFalse();
    }

    [Fact]
    public void ArraysMapsAndStringsHaveAsManyItemsAsTheyMay()
    {
        JsonExpressions json = new(_rules, JsonWhiteSpace.None);
        for (int minimum = 0; minimum < 4; minimum++)
        {
            for (int maximum = 0; maximum < 5; maximum++)
            {
                for (int count = 0; count < 6; count++)
                {
                    bool fits = count >= minimum && count <= maximum;
                    Accepts(json.ArrayOf(JsonExpressions.Boolean, minimum, maximum), $"[{Items(count, _ => "true")}]").ShouldBe(fits);
                    Accepts(json.Map(JsonExpressions.String, JsonExpressions.Null, minimum, maximum), $"{{{Items(count, _ => "\"a\":null")}}}")
                        .ShouldBe(fits);
                    Accepts(JsonExpressions.StringOfLength(minimum, maximum), $"\"{string.Concat(Enumerable.Repeat("\\n", count))}\"")
                        .ShouldBe(fits);
                    Accepts(
                        json.TupleOf([JsonExpressions.Null, JsonExpressions.Null], JsonExpressions.Boolean, minimum, maximum),
                        $"[{Items(count, index => index < 2 ? "null" : "true")}]").ShouldBe(fits);
                }
            }
        }
    }

    [Fact]
    public void MembersInOrderAreThereWhereTheyMustBeAndMayBeWhereTheyMay()
    {
        JsonExpressions json = new(_rules, JsonWhiteSpace.Any);
        for (int required = 0; required < 8; required++)
        {
            GrammarExpression expression = json.ObjectOf([.. Enumerable.Range(0, 3)
                .Select(index => new JsonMember("m" + index, JsonExpressions.Null, (required >> index & 1) != 0))]);
            for (int present = 0; present < 8; present++)
            {
                int[] members = [.. Enumerable.Range(0, 3).Where(index => (present >> index & 1) != 0)];
                Accepts(expression, $"{{{string.Join(" , ", members.Select(index => $"\"m{index}\" : null"))} }}")
                    .ShouldBe((required & ~present) == 0);
            }
        }

        Accepts(json.ObjectOf([new JsonMember("a", JsonExpressions.Null, false), new JsonMember("b", JsonExpressions.Null, false)]),
            """{"b":null,"a":null}""").ShouldBeFalse();
    }

    private static string Items(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));

    private bool Accepts(GrammarExpression expression, string text) =>
        ReferenceRecognizer.Accepts(_rules.Build(_rules.Add("test", expression)), Encoding.UTF8.GetBytes(text));
}
