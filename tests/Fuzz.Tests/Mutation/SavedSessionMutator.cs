using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using ModelGen.Execution;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>
/// Changes saved sessions: mostly a frame of them, or the order of the frames, with checksums that are right again, because nothing is read
/// behind a wrong one; else any bytes.
/// </summary>
internal sealed class SavedSessionMutator : IMutator
{
    private const int MostChanges = 4;

    // The first two say which model and layout it is.
    private const int LabelFrames = 2;

    private readonly ByteMutator _bytes = new();

    /// <inheritdoc/>
    public byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        if (random.Next(4) == 0)
        {
            return _bytes.Mutate(seeds, random);
        }

        List<byte[]> frames = FramesOf(seeds[random.Next(seeds.Count)]);
        List<byte[]> others = FramesOf(seeds[random.Next(seeds.Count)]);
        for (int changes = random.Next(1, MostChanges); changes > 0 && frames.Count > 0; changes--)
        {
            int index = frames.Count > LabelFrames && random.Next(16) != 0 ? random.Next(LabelFrames, frames.Count) : random.Next(frames.Count);
            switch (random.Next(8))
            {
                case 0:
                    frames.RemoveAt(index);
                    break;
                case 1:
                    frames.Insert(index, frames[random.Next(frames.Count)]);
                    break;
                case 2:
                    frames[index] = others[Math.Min(index, others.Count - 1)];
                    break;
                default:
                    frames[index] = ByteMutator.Change([.. frames[index]], others, random);
                    break;
            }
        }

        return Join(frames);
    }

    private static List<byte[]> FramesOf(byte[] session)
    {
        List<byte[]> frames = [];
        for (int at = SavedSession.Magic.Length; at < session.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(session.AsSpan(at));
            at += sizeof(long);
            frames.Add(session[at..(at + length)]);
            at += length + sizeof(ulong);
        }

        return frames;
    }

    private static byte[] Join(List<byte[]> frames)
    {
        using MemoryStream stream = new();
        SavedSessionWriter writer = new(stream);
        foreach (byte[] frame in frames)
        {
            writer.Write(frame);
        }

        return stream.ToArray();
    }
}
