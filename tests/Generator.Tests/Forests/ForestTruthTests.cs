using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Routing;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>A forest that scikit-learn trained, compiled: it gives to the last bit what scikit-learn gave (Truth/make_truth.py).</summary>
public sealed class ForestTruthTests
{
    private static readonly Lazy<CompiledForest> Forest = new(() => ForestSample.Compile(ForestSample.Truth("router.json")));

    private static readonly JsonElement Truth = JsonDocument.Parse(ForestSample.Truth("router.truth.json")).RootElement;

    private static readonly float[][] Inputs =
        [.. Truth.GetProperty("inputs").EnumerateArray().Select(row => row.EnumerateArray().Select(number => number.GetSingle()).ToArray())];

    [Fact]
    public void ProbabilitiesAreThoseOfScikitLearn()
    {
        double[][] expected =
            [.. Truth.GetProperty("probabilities").EnumerateArray().Select(row => row.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        expected.Length.ShouldBe(Inputs.Length);
        for (int i = 0; i < Inputs.Length; i++)
        {
            double[] probabilities = [.. Enumerable.Repeat(double.NaN, 4)];
            Forest.Value.PredictProbabilities(Inputs[i], probabilities);
            probabilities.ShouldBe(expected[i], $"input {i}");
        }
    }

    [Fact]
    public void PredictionsAreThoseOfScikitLearn() => Inputs.Select(input => Forest.Value.Predict(input))
        .ShouldBe(Truth.GetProperty("predictions").EnumerateArray().Select(number => number.GetInt32()));

    [Fact]
    public void TheForestSaysWhatItIs()
    {
        Forest.Value.FeatureCount.ShouldBe(12);
        Forest.Value.TreeCount.ShouldBe(9);
        Forest.Value.Classes.ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public void PredictingAllocatesNothing()
    {
        PromptRouter router = new(Forest.Value, 0.5);
        double[] probabilities = new double[4];
        AllocationMeter.BytesAllocatedBy(() => Forest.Value.PredictProbabilities(Inputs[0], probabilities)).ShouldBe(0);
        AllocationMeter.BytesAllocatedBy(() => Forest.Value.Predict(Inputs[0])).ShouldBe(0);
        AllocationMeter.BytesAllocatedBy(() => router.Choose(Inputs[0])).ShouldBe(0);
    }

    /// <summary>What docs/routing.md has users export with is what the recorded forest was exported with, and the sample's.</summary>
    [Fact]
    public void TheDocumentedScriptIsTheOneThatWroteTheForest()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "routing.md"));
        string script = document.Split("```python\n")[1].Split("```")[0];
        string function = script[script.IndexOf("def ", StringComparison.Ordinal)..];
        function.Length.ShouldBeGreaterThan(100);
        ForestSample.Truth("make_truth.py").ShouldContain(function);
        File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "Router", "training", "train.py")).ShouldContain(function);
    }
}
