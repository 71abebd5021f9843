using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>Random schemas and values against <see cref="ReferenceValidator"/>.</summary>
public sealed class RandomSchemaTests
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    [Fact]
    public void WhatIsAcceptedIsExactlyWhatIsValid()
    {
        const int Schemas = 600;
        int refused = 0;
        int valid = 0;
        for (int seed = 0; seed < Schemas; seed++)
        {
            RandomSchemas random = new(new Random(seed));
            string schema = random.Document().ToJsonString();
            JsonSchemaMatching? matching = null;
            try
            {
                matching = new JsonSchemaMatching(schema);
            }
            catch (GrammarException exception) when (exception.Message.Contains(" has no value", StringComparison.Ordinal))
            {
                // Nothing is valid, and so nothing may be.
            }
            catch (GrammarException exception)
            {
                exception.Message.ShouldStartWith("#");
                refused++;
                continue;
            }

            ReferenceValidator validator = new(JsonSchemaMatching.Parse(schema));
            for (int value = 0; value < 40; value++)
            {
                JsonNode? node = random.Value(3);
                string text = node?.ToJsonString(value % 2 == 0 ? Compact : Indented) ?? "null";
                bool isValid = validator.Holds(JsonSchemaMatching.Parse(text));
                valid += isValid ? 1 : 0;
                (matching?.Accepts(text) == true).ShouldBe(isValid, $"Seed {seed}: {schema} and {text}");
            }
        }

        // Schemas that anything or nothing fulfils would show little.
        refused.ShouldBeLessThan(Schemas / 20);
        valid.ShouldBeInRange(Schemas * 10, Schemas * 30);
    }
}
