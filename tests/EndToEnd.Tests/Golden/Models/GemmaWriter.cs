using System;
using System.Linq;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Writes the settings that Gemma 4 and 3n have beside those of other decoders.</summary>
internal static class GemmaWriter
{
    /// <summary>Floats of a head of a layer, before widening.</summary>
    public static int HeadDimensionOf(DecoderPreset preset, int layer) =>
        preset.Gemma is { WindowHeadDimension: int own } gemma && gemma.Windows[layer] ? own : preset.HeadDimension;

    /// <summary>Query heads of a layer.</summary>
    public static int HeadsOf(DecoderPreset preset, int layer) => preset.Sizes?.Heads[layer] ?? preset.Heads;

    /// <summary>Key/value heads of a layer.</summary>
    public static int KeyValueHeadsOf(DecoderPreset preset, int layer) =>
        preset.Sizes?.KeyValueHeads[layer] is int ofLayer ? ofLayer
        : preset.Gemma is { FullKeyValueHeads: int own } gemma && !gemma.Windows[layer] ? own : preset.KeyValueHeads;

    /// <summary>Hidden units of a layer's network, before widening.</summary>
    public static int HiddenOf(DecoderPreset preset, int layer) =>
        preset.Sizes?.Hidden[layer] is int ofLayer ? ofLayer
        : preset.Gemma is GemmaPreset gemma && layer >= preset.Layers - gemma.WideLayers ? 2 * preset.Hidden : preset.Hidden;

    /// <summary>Whether a layer has keys of its own; all of Gemma 3n have them, whether they are read or not.</summary>
    public static bool HasKeys(DecoderPreset preset, int layer) =>
        layer < preset.Layers - (preset.Gemma?.SharedLayers ?? 0) || preset.Gemma is { HasStreams: true };

    /// <summary>Whether a layer has values of its own.</summary>
    public static bool HasValues(DecoderPreset preset, int layer) =>
        HasKeys(preset, layer) && !(preset.Gemma is { TakesKeysForValues: true } gemma && !gemma.Windows[layer]);

    /// <summary>Writes the settings.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="preset">The model.</param>
    /// <param name="widening">What widths are multiplied by.</param>
    public static void AddSettings(GgufWriter writer, DecoderPreset preset, int widening)
    {
        if (preset.Gemma is not GemmaPreset gemma)
        {
            return;
        }

        writer.AddArray(Key("attention.sliding_window_pattern"), GgufWriter.ValueType.Bool, gemma.Windows, (bytes, value) => bytes.Write(value));
        if (gemma.WindowHeadDimension is int dimension)
        {
            writer.AddUInt32(Key("attention.key_length_swa"), (uint)(dimension * widening));
            writer.AddUInt32(Key("attention.value_length_swa"), (uint)(dimension * widening));
            writer.AddUInt32(Key("rope.dimension_count_swa"), (uint)(dimension * widening));
            writer.AddUInt32(Key("embedding_length_per_layer_input"), (uint)(gemma.PerLayer * widening));
        }

        if (gemma.SharedLayers is int shared)
        {
            writer.AddUInt32(Key("attention.shared_kv_layers"), (uint)shared);
        }

        string Key(string name) => preset.Architecture + "." + name;
    }

    /// <summary>A number of each layer, or of all where they are equal.</summary>
    public static object OfLayers(DecoderPreset preset, Func<DecoderPreset, int, int> number)
    {
        int[] numbers = [.. Enumerable.Range(0, preset.Layers).Select(layer => number(preset, layer))];
        return numbers.Distinct().Count() == 1 ? numbers[0] : numbers;
    }
}
