using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>All targets, each made when it is run.</summary>
internal static class FuzzTargets
{
    private static readonly Dictionary<string, Func<IFuzzTarget>> ByName = new(StringComparer.Ordinal)
    {
        ["gguf"] = () => new GgufTarget(),
        ["snapshot"] = () => new SnapshotTarget(),
        ["packed-file"] = () => new PackedFileTarget(),
        ["saved-session"] = () => new SavedSessionTarget(),
        ["template"] = () => new TemplateTarget(),
        ["compiled-template"] = () => new CompiledTemplateTarget(),
        ["conversation"] = () => new ConversationTarget(),
        ["gbnf"] = () => new GbnfTarget(),
        ["json-schema"] = () => new JsonSchemaTarget(),
        ["grammar-tables"] = () => new GrammarTablesTarget(),
        ["tokenizer-text"] = () => new TokenizerTextTarget(),
        ["tokenizer-ids"] = () => new TokenizerIdsTarget(),
        ["forest"] = () => new ForestTarget(),
    };

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static IFuzzTarget Create(string name) => ByName[name]();
}
