using System;
using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans what lets a token see those before it: a mixer of a kind has a planner of its own.</summary>
internal sealed class MixerPlanner(
    AttentionPlanner attentions,
    LatentAttentionPlanner latentAttentions,
    ConvolutionPlanner convolutions,
    DeltaRulePlanner deltaRules,
    StateSpacePlanner stateSpaces,
    GoosePlanner geese,
    FinchPlanner finches)
{
    /// <summary>Adds the steps of a mixer, but for its output matrix.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="mixer">The mixer.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="inputOf">The buffer that one of its matrices reads.</param>
    /// <param name="floats">The buffer of the block's input in floats, for mixers that read that.</param>
    /// <param name="angles">The angles of the model's rotations.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <returns>The buffer that its output matrix reads, in floats, and where the layer finds what the mixer remembers.</returns>
    public (string Output, StateField[] Fields) Add(
        List<Step> steps,
        MixerSpec mixer,
        PackedMixer packed,
        Func<PackedMatrix, string> inputOf,
        string floats,
        EquatableArray<AnglesStep> angles,
        int layer) =>
        (mixer, packed) switch
        {
            (AttentionSpec attention, PackedAttention weights) => attentions.Add(steps, attention, weights, inputOf, angles, layer),
            (LatentAttentionSpec latent, PackedLatentAttention weights) => latentAttentions.Add(steps, latent, weights, inputOf, angles),
            (ConvolutionSpec convolution, PackedConvolution weights) => convolutions.Add(steps, convolution, weights, inputOf),
            (DeltaRuleSpec delta, PackedDeltaRule weights) => deltaRules.Add(steps, delta, weights, inputOf),
            (StateSpaceSpec stateSpace, PackedStateSpace weights) => stateSpaces.Add(steps, stateSpace, weights, inputOf),
            (GooseSpec goose, PackedGoose weights) => geese.Add(steps, goose, weights, floats),
            (FinchSpec finch, PackedFinch weights) => finches.Add(steps, finch, weights, floats),
            _ => throw new InvalidOperationException($"{mixer.Name} has no plan."),
        };
}

/// <summary>Where a layer finds what it remembers of a sequence.</summary>
/// <param name="Name">Field of the layer's weights.</param>
/// <param name="Offset">Bytes from the start of a page, or of a fixed state.</param>
internal sealed record StateField(string Name, long Offset);
