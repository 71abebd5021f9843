using System;
using System.Globalization;
using System.Linq;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <content>Settings that a file says of each layer.</content>
internal sealed partial class HeaderQuery
{
    /// <summary>
    /// Real numbers, one a layer, or one for all layers, under a key that has no architecture before it (xielu.beta).
    /// </summary>
    /// <param name="key">The whole key.</param>
    /// <param name="layers">Layers of the model.</param>
    public float[] RealsOfLayers(string key, int layers)
    {
        GgufValue? value = Ask(key);
        float[] reals = new float[layers];
        if (value is { IsReal: true })
        {
            reals = Enumerable.Repeat((float)value.Real, layers).ToArray();
        }
        else if (value?.Array is { HasElements: true, ElementType: GgufValueType.Float32 } array && array.Count == layers)
        {
            reals = array.Elements.Select(element => (float)element.Real).ToArray();
        }
        else
        {
            Bad(key, value is null ? "is missing" : $"must have a real number for each of {layers} layers, not {Describe(value)}");
        }

        Answer(key, string.Join(" ", reals.Select(Spelled)));
        return reals;
    }

    /// <summary>Truth values, one a layer, or the period of a pattern whose last layer is the exception; 0: there is no exception.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="period">Period where the file has none; null: it must have a value for each layer.</param>
    /// <param name="isUsed">Whether the model looks at it; else no layer is true, whatever the file says.</param>
    /// <param name="isFirst">Whether the exception is the first layer of a period instead.</param>
    public bool[] PatternOfLayers(string suffix, int layers, int? period, bool isUsed = true, bool isFirst = false)
    {
        string key = Key(suffix);
        bool[] pattern = new bool[layers];
        if (!isUsed)
        {
            Ignore(suffix);
            return pattern;
        }

        if (Ask(key) is not { Array: GgufArray array } value)
        {
            int found = period is int usual ? SizeOrZero(suffix, usual) : Bad(key, $"must have true or false for each of {layers} layers");
            pattern = [.. Enumerable.Range(0, layers).Select(layer => found == 0 || (isFirst ? layer % found > 0 : layer % found < found - 1))];
        }
        else if (array.HasElements && array.ElementType == GgufValueType.Bool && array.Count == layers)
        {
            pattern = [.. array.Elements.Select(element => element.Integer != 0)];
        }
        else
        {
            Bad(key, $"must have true or false for each of {layers} layers, not {Describe(value)}");
        }

        Answer(key, string.Join(" ", pattern.Select(Spelled)));
        return pattern;
    }

    /// <summary>Truth values, one for each layer of the file, or one for all of them; null where the file has none, or none that can be read.</summary>
    public bool[]? FlagsOfLayers(string suffix)
    {
        string key = Key(suffix);
        if (Ask(key) is not GgufValue value)
        {
            return null;
        }

        bool[] flags = new bool[Size("block_count")];
        if (value.Type == GgufValueType.Bool)
        {
            flags = [.. flags.Select(_ => value.Integer != 0)];
        }
        else if (value.Array is { HasElements: true, ElementType: GgufValueType.Bool } array && array.Count == flags.Length)
        {
            flags = [.. array.Elements.Select(element => element.Integer != 0)];
        }
        else
        {
            Bad(key, $"must have true or false for each of {flags.Length} layers, not {Describe(value)}");
            return null;
        }

        Answer(key, string.Join(" ", flags.Select(Spelled)));
        return flags;
    }

    /// <summary>Numbers, one a layer, that divide another setting's or are 0: the key/value heads of layers of which some have none.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="dividends">What they divide, a layer; they are that themselves where the file does not say.</param>
    /// <param name="dividendSuffix">The setting that says it.</param>
    /// <returns>A number a layer; none where they cannot be read, so that no layer is taken for one of another kind.</returns>
    public int[] DivisorsOfLayers(string suffix, int[] dividends, string dividendSuffix)
    {
        string key = Key(suffix);
        int[] numbers = [];
        GgufValue? value = Ask(key);
        if (value?.Array is not GgufArray array)
        {
            int all = value is null ? 0 : Size(suffix);
            numbers = value is null ? dividends : [.. dividends.Select(dividend => Math.Min(dividend, all))];
            if (numbers.Zip(dividends, (number, dividend) => number == 0 || Divides(all, dividend)).Contains(false))
            {
                Bad(key, $"is {all}, which does not divide {Key(dividendSuffix)} = {string.Join(", ", dividends.Distinct())}");
            }
        }
        else if (!array.HasElements || array.Count != _layers || !array.Elements.All(element => element.IsInteger))
        {
            Bad(key, $"must have a whole number for each of {_layers} layers, not {Describe(value)}");
        }
        else if (array.Elements.Zip(dividends, (element, dividend) => (element, dividend)).FirstOrDefault(pair => !Divides(pair.element.Integer, pair.dividend))
            is (GgufValue odd, int whole))
        {
            Bad(key, $"has {Describe(odd)}, which does not divide {Key(dividendSuffix)} = {whole}");
        }
        else
        {
            numbers = [.. array.Elements.Take(dividends.Length).Select(element => (int)element.Integer)];
        }

        Answer(key, string.Join(" ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))));
        return numbers;

        static bool Divides(long number, int dividend) => number == 0 || (number > 0 && number <= dividend && dividend % number == 0);
    }

    /// <summary>
    /// A size of some layers, which a file may write once a layer, with 0 for the others: the heads of layers of which some have no attention.
    /// </summary>
    public int SizeOfSomeLayers(string suffix)
    {
        long[] sizes = [.. OfLayers(suffix).Where(size => size != 0).Distinct()];
        return sizes.Length == 1 && sizes[0] is > 0 and <= MaxSize ? Answer(Key(suffix), (int)sizes[0]) : Size(suffix);
    }

    /// <summary>Refuses a size that is 0 for a layer that has something of another setting's.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="ofLayers">The other's numbers, one a layer.</param>
    /// <param name="what">What they are.</param>
    public void RefuseNone(string suffix, int[] ofLayers, string what)
    {
        int layer = Array.FindIndex(OfLayers(suffix).Zip(ofLayers, (size, other) => size == 0 && other > 0).ToArray(), isOdd => isOdd);
        if (layer >= 0)
        {
            Refuse(suffix, $"is 0 for layer {layer}, which has {what}");
        }
    }

    /// <summary>The whole numbers that a file has once a layer; none where it has not.</summary>
    private long[] OfLayers(string suffix) =>
        Ask(Key(suffix))?.Array is { HasElements: true } array && array.Count == _layers && array.Elements.All(element => element.IsInteger)
            ? [.. array.Elements.Select(element => element.Integer)]
            : [];

    /// <summary>Whole numbers, one a layer, or one for all: the hidden units of layers, of which some may have none.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="least">The least of them: 0 or 1.</param>
    /// <returns>A number a layer; none where they cannot be read.</returns>
    public int[] SizesOfLayers(string suffix, int layers, int least)
    {
        string key = Key(suffix);
        int[] sizes = [];
        if (Ask(key) is not { Array: GgufArray array } value)
        {
            sizes = [.. Enumerable.Repeat(least == 0 ? SizeOrZero(suffix) : Size(suffix), layers)];
        }
        else if (!array.HasElements || array.Count != _layers || !array.Elements.All(IsSize))
        {
            Bad(key, $"must have a number from {least} to {MaxSize} for each of {_layers} layers, not {Describe(value)}");
        }
        else
        {
            sizes = [.. array.Elements.Take(layers).Select(element => (int)element.Integer)];
        }

        Answer(key, string.Join(" ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))));
        return sizes;

        bool IsSize(GgufValue element) => element.IsInteger && element.Integer >= least && element.Integer <= MaxSize;
    }

    /// <summary>
    /// How many standard deviations above the mean values are cut, a layer, which is supported only as it is in a family's models; of a layer that cuts
    /// nothing 0, or as converters write it, minus infinity. The key may be missing.
    /// </summary>
    public void OnlyCutsOfLayers(string suffix, float[] cuts)
    {
        const double Tolerance = 1e-3;
        string key = Key(suffix);
        if (Ask(key) is GgufValue value
            && !(value.Array is { HasElements: true } array
                && array.Count == cuts.Length
                && array.Elements.Zip(cuts, (element, cut) => element.IsReal && IsCut(element.Real, cut)).All(isSame => isSame)))
        {
            Add(SpecProblemKind.UnsupportedSetting, key, Describe(value));
        }

        static bool IsCut(double real, float cut) => Math.Abs(real - cut) < Tolerance || (cut == 0 && double.IsNegativeInfinity(real));
    }
}
