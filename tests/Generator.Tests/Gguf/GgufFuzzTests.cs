using System;
using System.Collections.Generic;
using System.Linq;

using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>Damaged headers and snapshots give the declared error or a header, never anything else, and never much memory.</summary>
public sealed class GgufFuzzTests
{
    private static readonly GgufWriter Small = new GgufWriter(alignment: 64)
        .AddString("general.architecture", "llama")
        .AddFloat32("f", 1.5f)
        .AddBool("b", true)
        .AddUInt64("u", 1)
        .AddStrings("strings", "a", "bc")
        .AddArray("nested", GgufWriter.ValueType.Array, [new[] { 1, 2 }, [3]], (writer, inner) =>
            GgufWriter.WriteArray(writer, GgufWriter.ValueType.Int32, inner, (innerWriter, value) => innerWriter.Write(value)))
        .AddTensor("t.weight", 8, [32, 2], new byte[68])
        .AddTensor("n.weight", [4], [1f, 2f, 3f, 4f]);

    /// <summary>What makes counts, ids and lengths wrong in interesting ways.</summary>
    private static readonly byte[] Edges = [0, 1, 2, 7, 8, 9, 12, 13, 31, 32, 64, 0x7F, 0x80, 0xFE, 0xFF];

    [Fact]
    public void TruncationAtEveryByteIsRefused()
    {
        byte[] file = Small.ToArray();
        GgufHeaderReaderTests.Read(file);
        for (int length = 0; length < file.Length; length++)
        {
            Should.Throw<ModelGenException>(() => GgufHeaderReaderTests.Read(file[..length]), $"cut off after {length} bytes");
        }
    }

    [Fact]
    public void MutatedHeadersAreReadOrRefused()
    {
        // The kept text and elements of a few hundred bytes; a length that is believed unchecked would cost far more.
        const long MaxAllocatedBytes = 64 * 1024;
        const int Count = 200_000;
        Random random = new(20240229);
        byte[] original = Small.ToArray();
        int headerLength = Small.HeaderBytes().Length;
        HashSet<string> refusals = [];
        int accepted = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] file = Mutate(original, headerLength, random);
            GgufHeader? header = Read(file, refusals, out long allocatedBytes);
            if (allocatedBytes > MaxAllocatedBytes)
            {
                // The runtime allocates once for each kind of exception, to load its message; the reader would do so every time.
                Read(file, refusals, out allocatedBytes);
                allocatedBytes.ShouldBeLessThan(MaxAllocatedBytes, $"mutation {i}");
            }

            accepted += header is null ? 0 : 1;

            // What mutations make of names and values, snapshots must be able to say.
            if (header is not null && accepted % 16 == 0)
            {
                string text = GgufSnapshot.Write(header, "x.gguf");
                GgufSnapshot.Write(GgufSnapshot.Parse(text), "x.gguf").ShouldBe(text);
            }
        }

        // The mutations reach both ends: some change nothing that matters, the others are refused for many reasons.
        accepted.ShouldBeGreaterThan(Count / 100);
        refusals.Count.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void MutatedSnapshotsAreReadOrRefused()
    {
        const int Count = 50_000;
        const string Alphabet = "0123456789abcdefx\"\\()[]@ -+.n\r\n\ud83d\ude00\u2028\0";
        Random random = new(7);
        string original = GgufSnapshot.Write(GgufHeaderReaderTests.Read(Small.ToArray()).Header, "x.gguf");
        int accepted = 0;
        for (int i = 0; i < Count; i++)
        {
            List<char> text = [.. original];
            for (int n = random.Next(1, 4); n > 0 && text.Count > 0; n--)
            {
                int at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0:
                        text[at] = Alphabet[random.Next(Alphabet.Length)];
                        break;
                    case 1:
                        text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                        break;
                    case 2:
                        text.RemoveAt(at);
                        break;
                    default:
                        text.RemoveRange(at + 1, text.Count - at - 1);
                        text.Add('\n');
                        break;
                }
            }

            string mutated = new([.. text]);
            try
            {
                GgufHeader header = GgufSnapshot.Parse(mutated, out string fileName);
                accepted++;

                // What is accepted is canonical, but for line ends and the one real in it.
                string written = GgufSnapshot.Write(header, fileName);
                Normalise(mutated).ShouldBe(Normalise(written));
                GgufSnapshot.Parse(written).ShouldBe(header);
            }
            catch (ModelGenException error)
            {
                error.Message.ShouldStartWith("GGUF header snapshot, line ");
            }
        }

        accepted.ShouldBeGreaterThan(Count / 1000);

        static string Normalise(string text) =>
            string.Join('\n', text.Replace("\r\n", "\n").Split('\n').Where(line => !line.StartsWith("  f float32 ", StringComparison.Ordinal)));
    }

    private static GgufHeader? Read(byte[] file, HashSet<string> refusals, out long allocatedBytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GgufHeader? header = null;
        try
        {
            header = GgufHeaderReaderTests.Read(file).Header;
        }
        catch (ModelGenException error)
        {
            refusals.Add(error.Message);
            error.Message.ShouldStartWith("test.gguf");
        }

        allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return header;
    }

    private static byte[] Mutate(byte[] original, int headerLength, Random random)
    {
        byte[] file = [.. original];
        for (int n = random.Next(1, 5); n > 0; n--)
        {
            int at = random.Next(headerLength);
            switch (random.Next(6))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    file[at] = Edges[random.Next(Edges.Length)];
                    break;
                case 3:
                    // A whole 64-bit length or count.
                    BitConverter.TryWriteBytes(file.AsSpan(at), random.NextInt64() >> random.Next(64));
                    break;
                case 4:
                    // A piece of the header lands somewhere else.
                    int length = random.Next(1, Math.Min(32, headerLength - at + 1));
                    Array.Copy(original, random.Next(headerLength - length), file, at, length);
                    break;
                default:
                    file = file[..Math.Max(at, headerLength / 2)];
                    return file;
            }
        }

        return file;
    }
}
