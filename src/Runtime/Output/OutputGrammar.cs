using ModelGen.Grammars.Compilation;

namespace ModelGen.Output;

/// <summary>The grammar of a type that carries <see cref="GeneratedOutputAttribute"/>, made of its tables when it is first asked for, and kept.</summary>
internal static class OutputGrammar<T>
    where T : IGeneratedOutput<T>
{
    public static Grammar Value { get; } = new(GrammarTables.Read(T.GrammarTables.ToArray()));
}
