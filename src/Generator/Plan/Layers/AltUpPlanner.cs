using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans the streams beside x (AltUp) and the branch of low rank beside a mixer (LAUREL). x is the stream that goes through the layers, so that all
/// else of a layer is as in other models; the others stand in one buffer that lives from the first layer to the last.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="length">Floats of x.</param>
internal sealed class AltUpPlanner(Kernels kernels, Buffers buffers, int length)
{
    private const int Others = AltUpSpec.Streams - 1;
    private const string StreamsName = "Streams";

    private readonly NormPlanner _norms = new(kernels, buffers, length);

    /// <summary>The steps from x to the streams beside it; none where there are none.</summary>
    public List<Step> PlanStreams(WeightLayout layout)
    {
        var steps = new List<Step>();
        if (layout.AltUpProjection is not PackedMatrix projection)
        {
            return steps;
        }

        string input = AddNorm(steps, "StreamX", norm: null, projection);
        string streams = buffers.Add(StreamsName, "the streams beside x", ActivationFormat.Float32, projection.PaddedRows);
        steps.Add(new MatrixStep(
            projection.Name,
            "streams = P · x",
            MatrixReference.Of(new WeightReference(null, projection.Offset), projection),
            kernels.Product(projection.Format, projection.Columns, accumulates: false),
            new ProductInput(input),
            streams,
            OutputColumn: 0));
        steps.Add(new StreamsStep(streams, Others, length, kernels.MatchLength(length)));
        return steps;
    }

    /// <summary>Adds the prediction before a layer.</summary>
    public void AddPrediction(List<Step> steps, AltUpLayerSpec altUp, PackedAltUp packed) => steps.Add(new PredictStep(
        AddRouter(steps, altUp, packed),
        "StreamPredict",
        kernels.StreamCoefficients(AltUpSpec.Streams * AltUpSpec.Streams, length, bias: 0),
        kernels.PredictStreams(length)));

    /// <summary>Adds the correction behind a layer.</summary>
    /// <returns>The buffer that the branch of the layer's own input reads, in floats.</returns>
    public string AddCorrection(List<Step> steps, AltUpLayerSpec altUp, PackedAltUp packed)
    {
        StreamBuffers streams = AddRouter(steps, altUp, packed);
        steps.Add(new CorrectStep(
            streams, "StreamCorrect", "StreamScale", kernels.StreamCoefficients(AltUpSpec.Streams, length, bias: 1), kernels.CorrectStreams(length)));
        return streams.Predicted;
    }

    /// <summary>Adds a branch, behind its norm, to the streams beside x.</summary>
    public void AddResidual(List<Step> steps, string branch, string normName, NormSpec norm) => steps.Add(new StreamResidualStep(
        StreamsName, Others, length, branch, _norms.InPlace(normName, norm, branch, Field), kernels.AddVector()));

    /// <summary>Adds a layer's branch of low rank.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="laurel">The branch.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="inputOf">What a matrix reads that reads what the mixer does.</param>
    /// <param name="floats">The same in floats.</param>
    /// <param name="quantized">Makes of a buffer what a matrix reads.</param>
    public void AddLaurel(
        List<Step> steps,
        LaurelSpec laurel,
        PackedLaurel packed,
        Func<PackedMatrix, string> inputOf,
        string floats,
        Func<string, PackedMatrix, string> quantized)
    {
        string low = buffers.Add("LaurelLow", "a branch of low rank between its matrices", ActivationFormat.Float32, packed.Left.PaddedRows);
        string branch = buffers.Add("LaurelBranch", "a branch of low rank", ActivationFormat.Float32, packed.Right.PaddedRows);
        steps.Add(MatrixStep.Of(kernels, packed.Left, "low = W · x̂", inputOf(packed.Left), low));
        steps.Add(MatrixStep.Of(kernels, packed.Right, "branch = W · low", quantized(low, packed.Right), branch));
        steps.Add(new LaurelStep(
            branch,
            floats,
            length,
            _norms.InPlace("LaurelPostNorm", laurel.PostNorm, branch, Field),
            (float)(1 / Math.Sqrt(2)),
            kernels.AddVector(),
            kernels.Multiply()));
    }

    /// <summary>The steps from the streams to x; none where there are none.</summary>
    public List<Step> PlanMerge(WeightLayout layout)
    {
        var steps = new List<Step>();
        if (layout.AltUpProjection is null)
        {
            return steps;
        }

        PackedMatrix[] outputs = [.. layout.AltUpOutputs];
        ActivationFormat[] formats = [.. outputs.Select(matrix => matrix.Format.Activation)];
        string[] inputs =
        [
            .. formats.Select((format, i) => buffers.Add("Stream" + (i + 1).ToString(CultureInfo.InvariantCulture), "a stream", format, length)),
        ];
        steps.Add(new SplitStreamsStep(
            StreamsName,
            length,
            inputs.ToEquatableArray(),
            formats.Select(format => format == ActivationFormat.Float32 ? "" : kernels.QuantizeRow(format, length)).ToEquatableArray()));
        int pitch = outputs[0].PaddedRows;
        string merged = buffers.Add("StreamOutputs", "what the streams add to x", ActivationFormat.Float32, Others * pitch);
        for (int i = 0; i < outputs.Length; i++)
        {
            steps.Add(new MatrixStep(
                outputs[i].Name,
                "output = W · stream",
                MatrixReference.Of(new WeightReference(null, outputs[i].Offset), outputs[i]),
                kernels.Product(outputs[i].Format, outputs[i].Columns, accumulates: false),
                new ProductInput(inputs[i]),
                merged,
                OutputColumn: i * pitch));
        }

        steps.Add(new MergeStreamsStep(merged, Others, pitch, length, kernels.MatchLength(length), kernels.AddVector(), kernels.Multiply()));
        return steps;
    }

    private static WeightReference Field(string name) => new(name, 0);

    /// <summary>The router's products of x as it is, and where the streams are.</summary>
    private StreamBuffers AddRouter(List<Step> steps, AltUpLayerSpec altUp, PackedAltUp packed)
    {
        string input = AddNorm(steps, "StreamNorm", altUp.RouterNorm, packed.Router);
        int column = packed.Router.PaddedRows;
        string router = buffers.Add(
            "StreamRouter", "products of the streams' router, and coefficients", ActivationFormat.Float32, column + AltUpSpec.Streams * AltUpSpec.Streams);
        steps.Add(MatrixStep.Of(kernels, packed.Router, "router = W · x̂", input, router));
        return new StreamBuffers(
            StreamsName, router, column, buffers.Add("Predicted", "what was predicted of x", ActivationFormat.Float32, length));
    }

    private string AddNorm(List<Step> steps, string name, NormSpec? norm, PackedMatrix matrix)
    {
        ActivationFormat format = matrix.Format.Activation;
        NormStep step = _norms.Of(name, norm, "Stream", [format], Field);
        if (step.Outputs.Count > 0)
        {
            steps.Add(step);
        }

        return NormPlanner.BufferOf("Stream", norm, format);
    }
}
