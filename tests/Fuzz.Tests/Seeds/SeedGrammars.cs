using System.Collections.Generic;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>Grammars in GBNF and JSON Schemas, and fragments that mean something in them.</summary>
internal static class SeedGrammars
{
    public static IReadOnlyList<string> Gbnf { get; } =
    [
        """
        root ::= object # JSON
        value ::= object | array | string | number | ("true" | "false" | "null") ws
        object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
        array ::= "[" ws (value ("," ws value)*)? "]" ws
        string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\"" ws
        number ::= "-"? ([0-9] | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]+)? ws
        ws ::= | " " | "\n" [ \t]{0,20}
        """,
        "root ::= <s> !<|im_start|>* <[3]> the\nthe ::= \"the \" (!<[4]>{2,5} | .)* <tool>",
        "root ::= sum\nsum ::= sum [-+] product | product\nproduct ::= product \"*\" atom | atom\natom ::= [0-9]+ | \"(\" sum \")\"",
        "root ::= line{1,3}\r\nline ::= (\n  \"é\\u4E2D\" [\\U00010000-\\U0010FFFF]{2,300} # text\n | [^a-c]+ \"and\"{ 1 , 4 }\n) \"\\n\"",
        "root ::= (\"a\" | \"ab\" | \"abc\")* ([a-c] \"an\"?){3,900}",
    ];

    /// <summary>What means something in GBNF.</summary>
    public static IReadOnlyList<string> GbnfFragments { get; } =
    [
        "::=", "|", "(", ")", "[", "]", "[^", "{", "}", "{2}", "{2,}", "{0,5000}", "{,", "*", "+", "?", ".", "\"", "\"\"", "\\", "\\x", "\\x41", "\\u00e9", "\\U0001F600",
        "\\ud800", "-", "a-z", "#", "\n", "\r\n", " ", "\t", "\0", "root", " root ", "\nroot ::= ", "\nx ::= ", "<", ">", "<[", "]>", "<[0]>", "<s>", "<none>", "!", "!<s>",
        "!<[1]>", "</s>", "é", "中", "😀", "(((((((((", ")))))))))", "(root)", "[]", "[^]", "[z-a]", "() | ",
    ];

    public static IReadOnlyList<string> Schemas { get; } =
    [
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/tree", "title": "A tree", "type": "object",
          "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 20, "pattern": "^[a-z]+$" },
            "size": { "type": "integer", "minimum": -5, "exclusiveMaximum": 1e3, "multipleOf": 5 },
            "children": { "type": "array", "items": { "$ref": "#" }, "minItems": 0, "maxItems": 3 }
          },
          "required": ["name"], "additionalProperties": false, "minProperties": 1, "maxProperties": 3
        }
        """,
        """
        {
          "$defs": { "a": { "$anchor": "a", "enum": [1, "x", null, [1, 2], { "y": 1.50 }] }, "b": { "$dynamicAnchor": "b", "const": "é\n" } },
          "oneOf": [{ "$ref": "#a" }, { "$dynamicRef": "#b" }, { "type": ["number", "boolean"], "not": { "maximum": 0 } }],
          "if": { "type": "number" }, "then": { "minimum": 0.25 }, "else": { "anyOf": [true, { "type": "string", "format": "date" }] }
        }
        """,
        """
        {
          "type": "array", "prefixItems": [{ "type": "boolean" }, { "enum": ["a", "b"] }], "items": { "enum": [1, 2, 3] },
          "contains": { "const": 1 }, "minContains": 1, "maxContains": 2, "unevaluatedItems": false
        }
        """,
        """
        {
          "patternProperties": { "^x-": { "type": "integer" }, "[0-9]{2,}$": false }, "propertyNames": { "maxLength": 8 },
          "dependentRequired": { "a": ["b"] }, "dependentSchemas": { "c": { "required": ["d"] } }, "unevaluatedProperties": { "type": "string" }
        }
        """,
        """
        {
          "$schema": "http://json-schema.org/draft-07/schema#", "definitions": { "n": { "type": "null" } }, "items": [{ "$ref": "#/definitions/n" }],
          "additionalItems": { "allOf": [{ "minimum": 1 }, { "type": "integer", "maximum": 99 }] }, "dependencies": { "a": ["b"], "c": { "minProperties": 2 } }
        }
        """,
    ];

    /// <summary>What means something in a JSON Schema.</summary>
    public static IReadOnlyList<string> SchemaFragments { get; } =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\u0041", "\\ud800", "true", "false", "null", "0", "-1", "1e400", "0.1", "1e-8", "{\"$ref\":\"#\"}", "\"$ref\":", "\"#\"", "\"#/$defs/a\"",
        "\"$defs\":{}", "\"type\":", "\"object\"", "\"array\"", "\"string\"", "\"number\"", "\"integer\"", "\"enum\":[]", "\"const\":{}", "\"not\":{}", "\"allOf\":[{}]", "\"anyOf\":[{}]",
        "\"oneOf\":[{},{}]", "\"if\":false", "\"minimum\":7", "\"multipleOf\":0.01", "\"minLength\":1000", "\"maxLength\":0", "\"pattern\":\"(a|b)*c{2,9}\"", "\"pattern\":\"\\\\p{L}\"",
        "\"minItems\":500", "\"maxItems\":0", "\"uniqueItems\":true", "\"contains\":{}", "\"minContains\":0", "\"required\":[\"a\"]", "\"properties\":{\"a\":{}}", "\"minProperties\":3",
        "\"additionalProperties\":false", "\"propertyNames\":{}", "\"format\":\"uri\"", "\"$id\":\"x\"", "\"unevaluatedProperties\":false", "\"unevaluatedItems\":{}", "é", "\n",
    ];
}
