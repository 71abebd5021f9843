using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>
/// Emitted code stays far below where compilers give up: the JIT and the AOT compiler stop optimising a method at a size, and the C#
/// compiler takes a minute and a half for 100,000 lines of intrinsics.
/// </summary>
public sealed class EmittedSizeTests
{
    // Past either of these the JIT compiles a method without optimisation (MinOpts: DEFAULT_MIN_OPTS_CODE_SIZE and _LV_NUM_COUNT).
    private const int JitILBytes = 60_000;
    private const int JitLocals = 2_000;

    // Ours: a tenth of them, because helpers are inlined into a method before its size is looked at.
    private const int ILBytes = JitILBytes / 10;
    private const int Locals = JitLocals / 10;

    // The most that we emit for any model, and what a model of one format may take: 5,000 lines are the aim.
    private const int MaxLines = 10_000;
    private const int MaxLinesOfOneFormat = 7_500;

    private static readonly TestModel OneBillion = new()
    {
        FileName = "1b-Q4_0.gguf",
        Format = TestModel.Q4_0,
        Layers = 16,
        Embedding = 2048,
        Heads = 32,
        KeyValueHeads = 8,
        HeadDimension = 64,
        Hidden = 8192,
        Vocabulary = 128256,
        ContextLength = 131072,
        IsTied = true,
    };

    private static readonly TestModel Small = new()
    {
        FileName = "135m-Q8_0.gguf",
        Format = TestModel.Q8_0,
        Layers = 30,
        Embedding = 576,
        Heads = 9,
        KeyValueHeads = 3,
        HeadDimension = 64,
        Hidden = 1536,
        Vocabulary = 49152,
        ContextLength = 2048,
        IsTied = true,
    };

    /// <summary>As quantisers mix: half the layers have two matrices of more bits, and the head is another format again.</summary>
    private static readonly TestModel Mixed = OneBillion with
    {
        FileName = "1b-mixed.gguf",
        IsTied = false,
        FormatOf = name =>
            name == "output.weight" ? TestModel.F16
            : Regex.IsMatch(name, @"^blk\.[0-7]\.(attn_v|ffn_down)\.weight$") ? TestModel.Q8_0
            : null,
    };

    public static TheoryData<string> RealModelNames() => [.. RealModels.Names];

    public static TheoryData<string> Models() => ["demo-stories-Q8_0.gguf", OneBillion.FileName, Small.FileName, Mixed.FileName];

    [Theory]
    [MemberData(nameof(Models))]
    public void MethodsAndFilesStayFarBelowTheLimits(string model)
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model0", model)], Snapshot(model));
        int lines = run.Files.Values.Sum(LinesOf);
        MethodSize[] methods = Measure(run.Compile());
        methods.ShouldContain(method => method.Name.EndsWith(".Run", StringComparison.Ordinal));
        MethodSize largest = methods.MaxBy(method => method.ILBytes)!;
        MethodSize widest = methods.MaxBy(method => method.Locals)!;
        string figures = $"{model}: {lines} lines; largest method {largest.Name} with {largest.ILBytes} bytes of IL; most locals {widest.Locals} in {widest.Name}";
        TestContext.Current.TestOutputHelper!.WriteLine(figures);

        largest.ILBytes.ShouldBeLessThan(ILBytes, figures);
        widest.Locals.ShouldBeLessThan(Locals, figures);
        lines.ShouldBeLessThanOrEqualTo(model == Mixed.FileName ? MaxLines : MaxLinesOfOneFormat, figures);
    }

    [Theory]
    [MemberData(nameof(RealModelNames))]
    public void NoModelTakesMoreLines(string model)
    {
        GeneratorRun run = GeneratorRun.Start([GeneratorRun.Class("Model0", model)], Snapshot(model));
        run.Diagnostics.ShouldBeEmpty();
        int lines = run.Files.Values.Sum(LinesOf);
        string figures = $"{model}: {lines} lines; {string.Join(", ", run.Files.Select(file => $"{LinesOf(file.Value)} in {file.Key}"))}";
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
        lines.ShouldBeLessThanOrEqualTo(MaxLines, figures);
    }

    [Fact]
    public void MoreLayersAreNoMoreCode()
    {
        int[] lines = [.. new[] { 4, 40 }.Select(layers => GeneratorRun.OfModels(Small with { Layers = layers })
            .Files.Where(file => !file.Key.EndsWith("Forward.g.cs", StringComparison.Ordinal)).Sum(file => file.Value.Split('\n').Length))];
        lines[1].ShouldBe(lines[0]);

        // The forward pass has one line a layer: the offsets of its weights.
        int[] forward = [.. new[] { 4, 40 }.Select(layers => GeneratorRun.OfModels(Small with { Layers = layers })
            .Files["Compiled.Model0.Forward.g.cs"].Split('\n').Length)];
        (forward[1] - forward[0]).ShouldBe(36);
    }

    /// <summary>Lines of a file; "unchecked" and the two braces of its block, around the body of each method, are nothing to compile.</summary>
    private static int LinesOf(string text)
    {
        const int LinesOfUnchecked = 3;
        string[] lines = text.Split('\n');
        return lines.Length - 1 - LinesOfUnchecked * lines.Count(line => line.Trim() == "unchecked");
    }

    private static MemoryText Snapshot(string model)
    {
        TestModel? made = new[] { OneBillion, Small, Mixed }.FirstOrDefault(candidate => candidate.FileName == model);
        if (made is not null)
        {
            return MemoryText.Of(made);
        }

        GgufHeader header = RealModels.Names.Contains(model)
            ? RealModels.Header(model)
            : GgufHeaderReader.ReadFile(Path.Combine(RepositoryFiles.Root, "samples/Stories/models", model)).Header;
        return new MemoryText(model + GgufSnapshot.FileEnding, GgufSnapshot.Write(header, model));
    }

    private static MethodSize[] Measure(byte[] image)
    {
        using var portable = new PEReader(ImmutableArray.Create(image));
        MetadataReader metadata = portable.GetMetadataReader();
        var sizes = new List<MethodSize>();
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            string type = metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name);
            MethodBodyBlock body = portable.GetMethodBody(method.RelativeVirtualAddress);
            sizes.Add(new MethodSize(type + "." + metadata.GetString(method.Name), body.GetILReader().Length, CountLocals(metadata, body)));
        }

        return [.. sizes];
    }

    private static int CountLocals(MetadataReader metadata, MethodBodyBlock body)
    {
        if (body.LocalSignature.IsNil)
        {
            return 0;
        }

        // LocalVarSig: its header, the number of locals, their types.
        BlobReader signature = metadata.GetBlobReader(metadata.GetStandaloneSignature(body.LocalSignature).Signature);
        signature.ReadSignatureHeader();
        return signature.ReadCompressedInteger();
    }

    private sealed record MethodSize(string Name, int ILBytes, int Locals);
}
