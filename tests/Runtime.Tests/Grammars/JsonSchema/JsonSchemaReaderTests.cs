using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

public sealed class JsonSchemaReaderTests
{
    [Fact]
    public void MembersComeInAnyOrderAndEachOnce()
    {
        JsonSchemaMatching schema = new("""
            {
              "type": "object",
              "properties": { "a": { "type": "integer" }, "b": { "type": "string" }, "c": {} },
              "required": ["a", "b"],
              "additionalProperties": false
            }
            """);
        schema.Accepted(
            """{"a":1,"b":"x"}""", """{ "b" : "x" , "a" : 1 }""", """{"c":[],"b":"","a":0}""",
            """{"a":1}""", """{"a":1,"b":"x","a":2}""", """{"a":1,"b":"x","d":2}""", """{"a":1,"b":"x",}""", """{"a":1.5,"b":"x"}""")
            .ShouldBe(["""{"a":1,"b":"x"}""", """{ "b" : "x" , "a" : 1 }""", """{"c":[],"b":"","a":0}"""]);
    }

    [Fact]
    public void WhiteSpaceIsWhatTheOptionsAllow()
    {
        const string Schema = """{ "type": "array", "items": { "type": "object" } }""";
        new JsonSchemaMatching(Schema, new JsonSchemaOptions { WhiteSpace = JsonWhiteSpace.None }).Accepted("""[{"a":[]},{}]""", """[{"a":[ ]},{}]""", "[ ]")
            .ShouldBe(["""[{"a":[]},{}]"""]);
        new JsonSchemaMatching(Schema, new JsonSchemaOptions { WhiteSpace = JsonWhiteSpace.OneSpace })
            .Accepted("""[{"a":[]},{}]""", """[ {"a" : [ ] } , { } ]""", """[  {}]""", "[\n]", "[] ")
            .ShouldBe(["""[{"a":[]},{}]""", """[ {"a" : [ ] } , { } ]"""]);
        new JsonSchemaMatching(Schema, new JsonSchemaOptions { WhiteSpace = JsonWhiteSpace.Any })
            .Accepted("""[{"a":[]},{}]""", "[\r\n\t{ \"a\" :\t[ ] } , { } ]", "[   \n\n]", " []", "[] ")
            .ShouldBe(["""[{"a":[]},{}]""", "[\r\n\t{ \"a\" :\t[ ] } , { } ]", "[   \n\n]"]);
        string deep = "[\n" + new string(' ', 64);
        new JsonSchemaMatching(Schema).Accepted(
            """[{"a":[]},{}]""", """[ {"a" : [ ] } , { } ]""", "[\r\n\t{\r\n\t\t\"a\": [\n    ]},\n  {}\n]", "[\n{\n},{}]",
            deep + "]", deep + "{},{}]", deep + " ]", "[  ]", "[\n\n]", "[{\"a\":\n[]}]", "[{\"a\"\n:[]}]", "[{}\n,{}]", "[\t]", " []", "[] ")
            .ShouldBe(["""[{"a":[]},{}]""", """[ {"a" : [ ] } , { } ]""", "[\r\n\t{\r\n\t\t\"a\": [\n    ]},\n  {}\n]", "[\n{\n},{}]", deep + "]", deep + "{},{}]"]);
    }

    [Fact]
    public void NamesAndConstantsAreSpelledInOneWayAndFreeTextInAll()
    {
        JsonSchemaMatching schema = new("""
            {
              "type": "object",
              "properties": { "a/b": { "enum": ["x\"y", "é"] } },
              "required": ["a/b"]
            }
            """);
        schema.Accepted(
            """{"a/b":"x\"y"}""", """{"a/b":"é"}""", """{"a/b":"\u00e9","\u0062":1}""",
            """{"a\/b":"é"}""", """{"\u0061/b":"é"}""", """{"a/b":"\u0078\"y"}""")
            .ShouldBe(["""{"a/b":"x\"y"}""", """{"a/b":"é"}""", """{"a/b":"\u00e9","\u0062":1}"""]);

        // Another spelling of a name that is known is not a name that is not.
        schema.Accepts("""{"a/b":"é","a\/b":1}""").ShouldBeFalse();
    }

    [Fact]
    public void LongLimitsOfLengthsAreCounted()
    {
        JsonSchemaMatching schema = new("""{ "type": "string", "minLength": 3, "maxLength": 100000 }""");
        schema.Accepts("\"ab\"").ShouldBeFalse();
        schema.Accepts("\"a\\n\U0001F600\"").ShouldBeTrue();
        schema.Accepts("\"" + new string('x', 100_000) + "\"").ShouldBeTrue();
        schema.Accepts("\"" + new string('x', 100_001) + "\"").ShouldBeFalse();
    }

    [Fact]
    public void BoundsOfNumbersAreExact()
    {
        JsonSchemaMatching schema = new("""{ "type": "number", "exclusiveMinimum": -0.5, "maximum": 1e2, "multipleOf": 0.25 }""");
        schema.Accepted("-0.5", "-0.25", "-0", "0.1", "99.75", "100.000", "100.25", "1e2", "+1", "01", ".5", "1.")
            .ShouldBe(["-0.25", "-0", "99.75", "100.000"]);
    }

    [Fact]
    public void FreeNumbersAndIntegersMayHaveExponents()
    {
        new JsonSchemaMatching("""{ "type": "number" }""").Accepted("1e5", "-1.5E-7", "0", "1e", "e1").ShouldBe(["1e5", "-1.5E-7", "0"]);
        new JsonSchemaMatching("""{ "type": "integer" }""").Accepted("1e5", "1.0", "1E+2", "1e-2", "1.5e1").ShouldBe(["1e5", "1.0", "1E+2"]);
    }

    [Fact]
    public void SchemasMayContainThemselves()
    {
        JsonSchemaMatching schema = new("""
            {
              "$ref": "#/$defs/node",
              "$defs": {
                "node": {
                  "type": "object",
                  "properties": { "value": { "type": "integer" }, "children": { "type": "array", "items": { "$ref": "#/$defs/node" } } },
                  "required": ["value"],
                  "additionalProperties": false
                }
              }
            }
            """);
        schema.Accepts("""{"value":1,"children":[{"value":2},{"children":[{"value":3,"children":[]}],"value":4}]}""").ShouldBeTrue();
        schema.Accepts("""{"value":1,"children":[{"value":2},{"children":[{"valu":3}],"value":4}]}""").ShouldBeFalse();
    }

    [Fact]
    public void AlternativesThatOverlapAreFollowedTogether()
    {
        JsonSchemaMatching schema = new("""
            {
              "anyOf": [
                { "properties": { "kind": { "const": "circle" }, "size": { "type": "number" } }, "required": ["kind", "size"] },
                { "properties": { "kind": { "const": "text" }, "size": { "type": "string" } }, "required": ["kind", "size"] }
              ],
              "type": "object"
            }
            """);
        schema.Accepted(
            """{"size":1,"kind":"circle"}""",
            """{"size":"1","kind":"text"}""",
            """{"size":1,"kind":"text"}""",
            """{"size":"1","kind":"circle"}""")
            .ShouldBe(["""{"size":1,"kind":"circle"}""", """{"size":"1","kind":"text"}"""]);
    }

    [Fact]
    public void ManyAlternativesWithATagOfTheirOwnStaySmall()
    {
        JsonSchemaMatching schema = new(JsonSerializer.Serialize(new
        {
            oneOf = Enumerable.Range(0, 30).Select(number => new
            {
                type = "object",
                properties = new Dictionary<string, object>
                {
                    ["type"] = new { @const = "t" + number }, ["f" + number] = new { type = "string" },
                },
                required = new[] { "type" },
                additionalProperties = false,
            }),
        }));
        schema.Accepts("""{"f7":"x","type":"t7"}""").ShouldBeTrue();
        schema.Accepts("""{"f7":"x","type":"t8"}""").ShouldBeFalse();
    }

    [Fact]
    public void ItemsOfFewValuesMayBeUnique()
    {
        JsonSchemaMatching schema = new("""{ "type": "array", "items": { "enum": [1, 10, "a", null] }, "uniqueItems": true, "minItems": 1 }""");
        schema.Accepted("[1]", """[10, 1, null, "a"]""", "[]", "[1, 1]", "[1, 1.0]", """[10, 1, null, "a", 10]""")
            .ShouldBe(["[1]", """[10, 1, null, "a"]"""]);
    }

    [Fact]
    public void Draft7HasItsOwnKeywords()
    {
        JsonSchemaMatching schema = new("""
            {
              "$schema": "http://json-schema.org/draft-07/schema#",
              "definitions": { "positive": { "$id": "#positive", "exclusiveMinimum": 0 } },
              "items": [{ "$ref": "#positive", "maximum": 0 }, { "type": "string" }],
              "additionalItems": false,
              "dependencies": { "a": ["b"], "c": { "required": ["d"] } }
            }
            """);
        schema.Accepted("""[1, "x"]""", "[1]", "[-1]", """[1, "x", 1]""").ShouldBe(["""[1, "x"]""", "[1]"]);
        schema.Accepted("""{"a":1,"b":1}""", """{"a":1}""", """{"c":1}""", """{"c":1,"d":1}""")
            .ShouldBe(["""{"a":1,"b":1}""", """{"c":1,"d":1}"""]);
    }

    [Theory]
    [InlineData("date-time", "2024-02-29T23:59:59.5Z", "2023-02-29T00:00:00Z")]
    [InlineData("date", "2000-02-29", "1900-02-29")]
    [InlineData("time", "12:00:00+01:30", "24:00:00Z")]
    [InlineData("duration", "P1Y2M3DT4H", "P1YT")]
    [InlineData("uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380")]
    [InlineData("ipv4", "192.168.0.1", "256.0.0.1")]
    [InlineData("ipv6", "::ffff:192.168.0.1", "1:2:3:4:5:6:7:8:9")]
    [InlineData("ipv6", "2001:db8::1", "2001:db8::1::2")]
    [InlineData("hostname", "www.example.com", "-a.com")]
    [InlineData("email", "joe.bloggs@example.com", "2962")]
    [InlineData("uri", "http://example.com:8080/a/b?x=%20#y", "//example.com")]
    public void FormatsAreAssertedOnRequest(string format, string fits, string doesNot)
    {
        string schema = $$"""{ "type": "string", "format": "{{format}}" }""";
        new JsonSchemaMatching(schema).Accepted($"\"{fits}\"", $"\"{doesNot}\"").ShouldBe([$"\"{fits}\"", $"\"{doesNot}\""]);
        new JsonSchemaMatching(schema, new JsonSchemaOptions { AssertFormats = true }).Accepted($"\"{fits}\"", $"\"{doesNot}\"")
            .ShouldBe([$"\"{fits}\""]);
    }

    [Fact]
    public void OtherDocumentsAreThoseGiven()
    {
        JsonSchemaOptions options = new()
        {
            Documents = new Dictionary<string, JsonElement>
            {
                ["https://example.com/point.json"] = JsonSchemaMatching.Parse("""{ "type": "array", "items": { "$ref": "/number.json" } }"""),
                ["https://example.com/number.json"] = JsonSchemaMatching.Parse("""{ "type": "number" }"""),
            },
        };
        new JsonSchemaMatching("""{ "$ref": "https://example.com/point.json" }""", options).Accepted("[1, 2]", "[true]").ShouldBe(["[1, 2]"]);
    }

    [Theory]
    [InlineData("""{ "properties": { "a": { "type": "array", "uniqueItems": true } } }""", "#/properties/a/uniqueItems cannot be kept")]
    [InlineData("""{ "multipleOf": 0.123456789 }""", "#/multipleOf cannot be kept")]
    [InlineData("""{ "pattern": "(?=a)b" }""", "#/pattern: The pattern '(?=a)b' cannot be used: it looks ahead")]
    [InlineData("""{ "patternProperties": { "(": true } }""", "#/patternProperties: The pattern '(' cannot be used")]
    [InlineData("""{ "items": { "$ref": "other.json" } }""", "#/items/$ref refers to 'other.json', which is not among the documents given")]
    [InlineData("""{ "$ref": "#/$defs/missing" }""", "#/$defs is not there")]
    [InlineData("""{ "$ref": "#missing" }""", "#/$ref refers to '#missing', but there is no anchor 'missing'")]
    [InlineData("""{ "$ref": "#" }""", "# refers to itself")]
    [InlineData("""{ "allOf": [{ "$ref": "#" }] }""", "# refers to itself, with no value between")]
    [InlineData("""{ "not": { "$ref": "#" } }""", "# refers to itself, with no value between")]
    [InlineData("""{ "type": "text" }""", "#/type has \"text\", which is none of")]
    [InlineData("""{ "type": 5 }""", "#/type is neither a string nor an array")]
    [InlineData("""{ "minLength": -1 }""", "#/minLength is not an integer from 0 on")]
    [InlineData("""{ "maxItems": 1.5 }""", "#/maxItems is not an integer from 0 on")]
    [InlineData("""{ "maximum": "5" }""", "#/maximum is not a number")]
    [InlineData("""{ "maximum": 1e99999 }""", "#/maximum is out of range")]
    [InlineData("""{ "multipleOf": 0 }""", "#/multipleOf is not more than 0")]
    [InlineData("""{ "required": ["a", 1] }""", "#/required is not an array of strings")]
    [InlineData("""{ "anyOf": [] }""", "#/anyOf is not an array with at least one schema")]
    [InlineData("""{ "properties": { "a": 5 } }""", "#/properties/a is not a schema")]
    [InlineData("""{ "items": [true] }""", "#/items is an array, which is prefixItems in draft 2020-12")]
    [InlineData("""{ "dependencies": {} }""", "#/dependencies is no keyword of draft 2020-12")]
    [InlineData(
        """{ "$schema": "http://json-schema.org/draft-07/schema#", "prefixItems": [true] }""", "#/prefixItems is no keyword of draft 7")]
    [InlineData("""{ "$schema": "http://json-schema.org/draft-04/schema#" }""", "#/$schema is 'http://json-schema.org/draft-04/schema'")]
    [InlineData("""{ "enum": 5 }""", "#/enum is not an array")]
    [InlineData("""{ "$id": 5 }""", "#/$id is not a string")]
    [InlineData("5", "# is not a schema")]
    public void WhatCannotBeKeptIsRefusedWithItsPlace(string schema, string message) =>
        Should.Throw<GrammarException>(() => new JsonSchemaMatching(schema)).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("false", "# has no value: the schema there is false, or what it asks for excludes each other")]
    [InlineData("""{ "type": "string", "minLength": 3, "maxLength": 2 }""", "# has no value: ")]
    [InlineData("""{ "type": "array", "minItems": 1, "items": { "enum": [] } }""", "#/items has no value: ")]
    [InlineData(
        """
        {
          "type": "object",
          "properties": { "a": { "allOf": [{ "minimum": 2 }, { "type": "integer", "maximum": 1 }] }, "b": false },
          "required": ["c", "a"]
        }
        """,
        "#/properties/a has no value: ")]
    [InlineData("""{ "$ref": "#/$defs/a", "$defs": { "a": { "allOf": [{ "type": "string" }, { "const": 1 }] } } }""", "#/$defs/a has no value: ")]
    [InlineData(
        """{ "type": "array", "prefixItems": [true, { "type": "array", "contains": false }], "minItems": 2 }""",
        "#/prefixItems/1/contains has no value: ")]
    [InlineData("""{ "type": "array", "minItems": 1, "items": { "$ref": "#" } }""", "# has no value that comes to an end")]
    public void ASchemaThatNothingFulfilsIsRefusedWithThePlace(string schema, string message)
    {
        GrammarException error = Should.Throw<GrammarException>(() => new JsonSchemaMatching(schema));
        error.Message.ShouldStartWith(message);
        error.Message.ShouldContain(" has no value");
    }

    [Fact]
    public void MembersAreCountedWhereNamesAreFree()
    {
        new JsonSchemaMatching("""{ "type": "object", "minProperties": 3, "maxProperties": 4 }""").Accepted(
            """{"a":1,"b":2}""", """{"a":1,"b":2,"c":3}""", """{"a":1,"b":2,"c":3,"d":4}""", """{"a":1,"b":2,"c":3,"d":4,"e":5}""", "{}")
            .ShouldBe(["""{"a":1,"b":2,"c":3}""", """{"a":1,"b":2,"c":3,"d":4}"""]);
        new JsonSchemaMatching("""{ "type": "object", "minProperties": 3, "properties": { "a": { "type": "integer" } }, "required": ["a"] }""").Accepted(
            """{"a":1,"b":2}""", """{"x":1,"a":2,"y":3}""", """{"x":1,"y":2,"z":3}""", """{"x":1,"y":2,"z":3,"a":4}""")
            .ShouldBe(["""{"x":1,"a":2,"y":3}""", """{"x":1,"y":2,"z":3,"a":4}"""]);

        // Names that are few come once each.
        new JsonSchemaMatching("""{ "type": "object", "propertyNames": { "pattern": "^[ab]$" }, "minProperties": 2 }""").Accepted(
            """{"a":1}""", """{"a":1,"a":2}""", """{"b":1,"a":2}""", """{"b":1,"a":2,"b":3}""").ShouldBe(["""{"b":1,"a":2}"""]);
        Should.Throw<GrammarException>(() => new JsonSchemaMatching(
            """{ "type": "object", "propertyNames": { "enum": ["a", "b"] }, "minProperties": 3 }""")).Message.ShouldStartWith("# has no value");
    }

    [Fact]
    public void FormatsThatCannotBeAssertedAreRefusedOnRequest() =>
        Should.Throw<GrammarException>(() => new JsonSchemaMatching(
            """{ "properties": { "a": { "format": "idn-email" } } }""", new JsonSchemaOptions { AssertFormats = true }))
            .Message.ShouldStartWith("#/properties/a/format is 'idn-email', which cannot be asserted");

    [Fact]
    public void SchemasThatAreNestedTooDeepAreRefused()
    {
        const int Depth = 2000;
        JsonDocumentOptions options = new() { MaxDepth = 2 * Depth };
        foreach ((string open, string close) in new[] { ("""{"not":""", "}"), ("""{"items":""", "}"), ("""{"allOf":[""", "]}"), ("[", "]") })
        {
            string nested = string.Concat(Enumerable.Repeat(open, Depth)) + "true" + string.Concat(Enumerable.Repeat(close, Depth));
            nested = open == "[" ? $$"""{"const":{{nested}}}""" : nested;
            using JsonDocument document = JsonDocument.Parse(nested, options);
            Should.Throw<GrammarException>(() => new JsonSchemaMatching(document.RootElement)).Message.ShouldContain("too deep");
        }

        // As deep by references as others by brackets.
        string definitions = string.Join(',', Enumerable.Range(0, 1000)
            .Select(number => $$"""  "d{{number}}": { "$ref": "#/$defs/d{{number + 1}}", "minimum": {{number}} } """));
        Should.Throw<GrammarException>(() => new JsonSchemaMatching(
            $$"""{ "$ref": "#/$defs/d0", "$defs": { {{definitions}}, "d1000": {} } }""")).Message.ShouldContain("too deep");
    }

    [Fact]
    public void TextsThatAreNoneAreRefused() =>
        Should.Throw<GrammarException>(() => new JsonSchemaMatching("""{ "const": "\ud800" }""")).Message.ShouldContain("surrogate");

    [Fact]
    public void AMazeOfAlternativesIsRefused()
    {
        string parts = string.Join(',', Enumerable.Range(0, 14).Select(number =>
            $$"""{ "anyOf": [{ "required": ["a{{number}}"] }, { "properties": { "b{{number}}": { "type": "string" } } }] }"""));
        Should.Throw<GrammarException>(() => new JsonSchemaMatching($$"""{ "type": "object", "allOf": [{{parts}}] }"""))
            .Message.ShouldContain("too many alternatives");
    }
}
