using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>A real model with what llama.cpp answers for it, and how near to that ours must be.</summary>
/// <param name="Name">Name of the GGUF file, without its ending.</param>
/// <param name="LogitTolerance">Largest difference of a logit, or of their logsumexp.</param>
/// <param name="CloseCall">
/// Greedy ids are compared up to the first step whose two largest logits are nearer to each other than this: beyond it either is a right
/// answer, and what follows depends on it. Logits are compared at every step, after llama.cpp's own ids.
/// </param>
/// <remarks>
/// Where the tolerances come from:
/// <list type="bullet">
/// <item>F32: both compute in float32 and differ in the order of sums; llama.cpp is up to 2e-5 from a float64 forward pass, and so are we.
/// A close call is what both errors together can turn round.</item>
/// <item>F16: llama.cpp rounds activations to float16 (2^-11 each), we do not: it is up to 1.2e-2 from float64, we are as near as for F32.</item>
/// <item>Q8_0, Q4_0: both round activations to 8 bits in blocks of 32, llama.cpp with scales in float16. Values near the middle of two numbers
/// fall on either side, and one step of 1/127 of a block's largest value is worth more than all other errors. tok105's rows have only 4
/// blocks, which average little: 0.07 (demo), 0.25 (tok105-Q8_0) and 0.43 (tok105-Q4_0) are measured.
/// <see cref="Truths.TruthTests"/> holds both engines against float64 too: over all steps, ours is no further off.</item>
/// <item>K-quants: llama.cpp rounds activations in blocks of 256, and is nearly twice as far from float64 as we are.</item>
/// </list>
/// </remarks>
public sealed record TruthModel(string Name, double LogitTolerance, double CloseCall)
{
    /// <summary>The gap below which the test data call a step a close call.</summary>
    private const double UsualCloseCall = 0.02;

    /// <summary>What the errors of both engines together turned round in the wide models, whose logits lie close.</summary>
    private const double WideCloseCall = 0.2;

    /// <summary>No logits of random weights are far enough apart to compare ids.</summary>
    private const double AlwaysClose = double.PositiveInfinity;

    private const string DemoName = "demo-stories-Q8_0";

    // Models of random weights in the repository, one for what each architecture adds; Truths/models/README.md says how they were made.
    private const string ShippedPrefix = "truth-";

    private static readonly TruthModel[] All =
    [
        new(DemoName, 0.12, UsualCloseCall),
        new("demo-stories-F16", 1.2e-2, UsualCloseCall),
        new("stories260K-f32", 5e-5, 1e-4),
        new("stories260K-f16-tied", 1.2e-2, UsualCloseCall),
        new("tok105-f32", 5e-5, 1e-4),
        new("tok105-Q8_0", 0.4, UsualCloseCall),
        new("tok105-Q4_0", 0.6, UsualCloseCall),
        new("demo-stories-Q4_K_M", 0.2, 0.05),
        new("tok105-wide-Q8_0", 0.4, WideCloseCall),
        new("tok105-wide-Q6_K", 0.6, WideCloseCall),
        new("tok105-wide-Q4_K_M", 0.4, WideCloseCall),
        new("llama-2-tiny-random", 2e-4, AlwaysClose),
        new("truth-qwen2-f32", 5e-5, 1e-4),
        new("truth-qwen3-f32", 5e-5, 1e-4),
        new("truth-llama-stretched-f32", 5e-5, 1e-4),
    ];

    /// <summary>The model that the repository has.</summary>
    public static TruthModel Demo => Find(DemoName);

    /// <summary>Names of all models, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(model => model.Name)];

    /// <summary>Names of the models with quantised weights, as test data.</summary>
    public static TheoryData<string> QuantizedNames => [.. All.Select(model => model.Name).Where(name => name.Contains("-Q"))];

    /// <summary>The models that are here: the repository's own, and those beside it.</summary>
    public static IEnumerable<TruthModel> Present => All.Where(model => File.Exists(model.Path));

    /// <summary>The GGUF file.</summary>
    public string Path => System.IO.Path.Combine(Folder, Name + ".gguf");

    /// <summary>Whether the repository has the file.</summary>
    private bool IsShipped => Name == DemoName || Name.StartsWith(ShippedPrefix, StringComparison.Ordinal);

    private string Folder => Name switch
    {
        DemoName => System.IO.Path.Combine(RepositoryFiles.Root, "samples", "Stories", "models"),
        _ when IsShipped => System.IO.Path.Combine(RepositoryFiles.Root, "tests", "EndToEnd.Tests", "Truths", "models"),
        _ => System.IO.Path.Combine(RepositoryFiles.SharedData, "models"),
    };

    /// <summary>The model of a name; skips the test where its file is not here.</summary>
    public static TruthModel Require(string name)
    {
        TruthModel model = Find(name);
        Assert.SkipUnless(model.IsShipped || File.Exists(model.Path), RepositoryFiles.NoSharedData);
        return model;
    }

    /// <summary>The compiled model.</summary>
    /// <param name="keyValueFormat">Format of keys and values; null takes the attribute's default.</param>
    internal CompiledClass Compile(KeyValueFormat? keyValueFormat = null) => ModelCompiler.Compile(Path, keyValueFormat: keyValueFormat);

    /// <summary>What llama.cpp answers.</summary>
    internal Truth ReadTruth() => Truth.Read(System.IO.Path.Combine(Folder, Name + ".truth.json"));

    private static TruthModel Find(string name) => All.Single(model => model.Name == name);
}
