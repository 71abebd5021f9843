using System;
using ModelGen.Tool.Compilation;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>What tests ask of a compiled class beside what the tool does.</summary>
internal static class CompiledClassExtensions
{
    /// <summary>Its Load(options), which looks for the weights beside the program.</summary>
    public static CompiledDecoder LoadBesideProgram(this CompiledClass compiled) =>
        compiled.Type.GetMethod("Load", [typeof(LoadOptions)])!.CreateDelegate<Func<LoadOptions?, CompiledDecoder>>()(null);
}
