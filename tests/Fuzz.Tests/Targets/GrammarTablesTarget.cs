using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Gbnf;
using ModelGen.Grammars.JsonSchema;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Tables of compiled grammars, mostly with a checksum that is right again: read, and an answer chosen token by token. What passes the checks
/// may be another grammar, one without an end too, and does no harm. Declared: GrammarException.
/// </summary>
internal sealed class GrammarTablesTarget : IFuzzTarget
{
    public string Name => "grammar-tables";

    public int Share => 20;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. SeedGrammars.Gbnf.Select(text => GrammarTables.Write(GrammarCompiler.Compile(GbnfReader.Read(text)))),
        .. SeedGrammars.Schemas.Select(text => JsonDocument.Parse(text).RootElement)
            .Select(schema => GrammarTables.Write(JsonSchemaReader.Compile(schema, new JsonSchemaOptions()))),
    ];

    public IMutator Mutator { get; } = new GrammarTablesMutator();

    public long MostAllocatedBytes(int inputBytes) => (16L << 20) + 4096L * inputBytes;

    public FuzzOutcome Run(byte[] input) =>
        GrammarUse.Try(() => new Grammar(GrammarTables.Read(input)), new Random(input.Length), leadsToAnEnd: false);
}
