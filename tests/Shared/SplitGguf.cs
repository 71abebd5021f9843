using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ModelGen.Tests.Shared;

/// <summary>Splits GGUF files as llama.cpp's gguf-split does: the first part has all metadata, the others say which parts they are and nothing else.</summary>
internal static class SplitGguf
{
    /// <summary>The parts of a file, each with some of the tensors that stand side by side in it.</summary>
    /// <param name="file">A file of the usual alignment.</param>
    /// <param name="count">Number of the parts.</param>
    public static byte[][] Of(byte[] file, int count)
    {
        int tensors = GgufEdit.Of(file).TensorNames.Count();
        return Of(file, [.. Enumerable.Range(0, count).Select(part =>
            (int[])[.. Enumerable.Range(0, tensors).Where(index => index * count / tensors == part)])]);
    }

    /// <summary>The parts of a file.</summary>
    /// <param name="file">A file of the usual alignment.</param>
    /// <param name="tensors">Which tensors each part has, in its order; the first part may have none.</param>
    public static byte[][] Of(byte[] file, IReadOnlyList<IReadOnlyList<int>> tensors) =>
        [.. tensors.Select((indices, number) =>
        {
            GgufEdit part = GgufEdit.Of(file).Take(indices);
            if (number > 0)
            {
                part.Remove([.. part.Keys]);
            }

            return part.Set(writer => writer
                .AddUInt16("split.no", (ushort)number)
                .AddUInt16("split.count", (ushort)tensors.Count)
                .AddInt32("split.tensors.count", tensors.Sum(each => each.Count))).ToArray();
        })];

    /// <summary>File name of a part.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="number">Which part, from 1 on.</param>
    /// <param name="count">Number of the parts.</param>
    public static string NameOf(string name, int number, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{number:D5}-of-{count:D5}.gguf");

    /// <summary>Writes parts side by side.</summary>
    /// <param name="folder">The folder, which is made.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="parts">The parts; null for one that is missing.</param>
    /// <returns>Path of the first part.</returns>
    public static string Write(string folder, string name, params byte[]?[] parts)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] is byte[] part)
            {
                File.WriteAllBytes(Path.Combine(folder, NameOf(name, i + 1, parts.Length)), part);
            }
        }

        return Path.Combine(folder, NameOf(name, 1, parts.Length));
    }
}
