using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

using ModelGen.Collections;

namespace ModelGen.Gguf;

/// <summary>
/// A model that llama.cpp's gguf-split cut into several files, <c>NAME-00001-of-0000N.gguf</c> and so on. The first part has the metadata;
/// each part has a table of its own tensors, whose offsets are within its own data. Joined, the parts are one header: what a model is does
/// not depend on how it is split.
/// </summary>
internal static class GgufSplit
{
    /// <summary>Number of the parts, in each of them.</summary>
    public const string CountKey = "split.count";

    // The part's own number, from 0 on.
    private const string NumberKey = "split.no";

    // Number of the tensors of all parts, in each of them.
    private const string TensorCountKey = "split.tensors.count";

    /// <summary>The number of parts is written with 16 bits.</summary>
    public const int MaxParts = ushort.MaxValue;

    /// <summary>How many parts the model has that a file says it is of; 1 for a whole model, which may say that it is one of one.</summary>
    public static long CountOf(GgufHeader header) => header.Find(CountKey) is { IsInteger: true, Integer: > 1 } count ? count.Integer : 1;

    /// <summary>Which part a file says that it is, from 1 on; null where it does not say, or not sensibly.</summary>
    public static long? NumberOf(GgufHeader header) =>
        header.Find(NumberKey) is { IsInteger: true, Integer: >= 0 } number && number.Integer < CountOf(header) ? number.Integer + 1 : null;

    /// <summary>How the name of a part's file ends.</summary>
    /// <param name="number">Which part, from 1 on.</param>
    /// <param name="count">Number of the parts.</param>
    public static string EndingOf(long number, long count) => string.Format(CultureInfo.InvariantCulture, "-{0:D5}-of-{1:D5}.gguf", number, count);

    /// <summary>Reads the other parts of a model, which lie beside the first one.</summary>
    /// <param name="first">A file. One that is no first part of several is given back as it is; what is a part by itself is refused as a model.</param>
    /// <param name="read">Reads a part's file by itself.</param>
    /// <exception cref="ModelGenException">A part is missing, cannot be read, or is of another model.</exception>
    public static GgufFile Join(GgufFile first, Func<string, GgufFile> read)
    {
        long count = CountOf(first.Header);
        if (count == 1 || NumberOf(first.Header) != 1)
        {
            return first;
        }

        string ending = EndingOf(1, count);
        if (count > MaxParts || !first.Path!.EndsWith(ending, StringComparison.Ordinal))
        {
            throw new ModelGenException(
                $"{first.DisplayName} says that it is part 1 of {Text(count)} of a split model, but its name does not end with '{ending}'. Give all parts the names that they were split under: the others are found by the first one's.");
        }

        string stem = first.Path.Substring(0, first.Path.Length - ending.Length);
        List<string> paths = [first.Path];
        List<GgufPart> others = [];
        List<GgufTensor> tensors = [.. first.Header.Tensors];
        StringBuilder hashes = new(first.Header.HeaderHash);
        Dictionary<string, string> owners = new(StringComparer.Ordinal);
        foreach (GgufTensor tensor in first.Header.Tensors)
        {
            owners.Add(tensor.Name, first.DisplayName);
        }

        for (int number = 2; number <= count; number++)
        {
            string path = stem + EndingOf(number, count);
            if (!File.Exists(path))
            {
                throw new ModelGenException(
                    $"{Path.GetFileName(path)} is missing: {first.DisplayName} is part 1 of {Text(count)} of a split model. Put all of its parts into one folder.");
            }

            GgufFile part = read(path);
            Check(part, number, first);
            foreach (GgufTensor tensor in part.Header.Tensors)
            {
                if (owners.TryGetValue(tensor.Name, out string? owner))
                {
                    throw Foreign(part, first, $"tensor {GgufText.Shown(tensor.Name)} is in {owner} too");
                }

                owners.Add(tensor.Name, part.DisplayName);
                tensors.Add(tensor with { Part = number });
            }

            if (tensors.Count > GgufLimits.MaxTensorCount)
            {
                throw new ModelGenException(
                    $"{part.DisplayName}: the parts up to here have {Text(tensors.Count)} tensors; more than {Text(GgufLimits.MaxTensorCount)} are not read.");
            }

            paths.Add(path);
            others.Add(new GgufPart(part.Header.FileLength, part.Header.Alignment, part.Header.DataOffset));
            hashes.Append(part.Header.HeaderHash);
        }

        if (first.Header.Find(TensorCountKey) is { IsInteger: true } total && total.Integer != tensors.Count)
        {
            throw new ModelGenException(
                $"{first.DisplayName}: the model has {Text(total.Integer)} tensors, but its {Text(count)} parts have {Text(tensors.Count)} together. Download or split the model again.");
        }

        GgufHeader header = first.Header with
        {
            HeaderHash = HashOf(hashes.ToString()), Tensors = tensors.ToEquatableArray(), OtherParts = others.ToEquatableArray(),
        };
        return first.Joined(header, paths);
    }

    /// <summary>Checks that a file is the part that its name says, of the same model as far as can be told.</summary>
    private static void Check(GgufFile part, int number, GgufFile first)
    {
        long count = CountOf(first.Header);
        if (NumberOf(part.Header) != number || CountOf(part.Header) != count)
        {
            string claim = CountOf(part.Header) == 1 ? "a whole model"
                : NumberOf(part.Header) is { } other ? $"part {Text(other)} of {Text(CountOf(part.Header))}"
                : $"one of {Text(CountOf(part.Header))} parts";
            throw new ModelGenException(
                $"{part.DisplayName} says that it is {claim}, where part {Text(number)} of {Text(count)} belongs. Download or split the model again.");
        }

        // Later parts say nothing but which part they are; what one says beside that must be what the first part says.
        foreach (GgufMetadata entry in part.Header.Metadata)
        {
            if (entry.Key is not (NumberKey or CountKey or GgufRules.AlignmentKey) && entry.Value != first.Header.Find(entry.Key))
            {
                throw Foreign(part, first, $"metadata key {GgufText.Shown(entry.Key)} has another value, or is in one of them only");
            }
        }
    }

    private static ModelGenException Foreign(GgufFile part, GgufFile first, string problem) =>
        new($"{part.DisplayName} is of another model than {first.DisplayName}: {problem}. Put the parts of one model into one folder.");

    /// <summary>One hash of several files' header hashes.</summary>
    private static string HashOf(string digits)
    {
        using SHA256 algorithm = SHA256.Create();
        return Hexadecimal.Lower(algorithm.ComputeHash(Encoding.ASCII.GetBytes(digits)));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
