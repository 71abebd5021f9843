using System.Collections.Generic;
using ModelGen.Collections;
using ModelGen.Generator.Diagnostics;
using ModelGen.Generator.Output.Grammars;
using ModelGen.Generator.Output.Shapes;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Generator.Output;

/// <summary>A type with the tables of its grammar, or with what stands in their way.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Problems">What stands in the way; the first argument of each is the site.</param>
internal sealed record OutputPlan(OutputType Type, EquatableArray<byte> Tables, EquatableArray<DiagnosticInfo> Problems)
{
    public static OutputPlan Create(OutputType type)
    {
        GrammarDefinition? grammar = OutputGrammar.Write(type, out IReadOnlyList<DiagnosticInfo> problems);
        if (grammar is null)
        {
            return new OutputPlan(type, EquatableArray<byte>.Empty, problems.ToEquatableArray());
        }

        byte[] tables = GrammarTables.Write(GrammarCompiler.Compile(grammar));
        return new OutputPlan(type, tables.ToEquatableArray(), EquatableArray<DiagnosticInfo>.Empty);
    }
}
