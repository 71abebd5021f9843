using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Saved sessions of a compiled model: restored, gone on from, rewound, saved again. Declared: ModelGenException; a context that is full is one.
/// </summary>
internal sealed class SavedSessionTarget : IFuzzTarget, IDisposable
{
    private readonly CompiledSeed _compiled = new(SeedModels.Smallest, KeyValueFormat.Int16);
    private readonly CompiledDecoder _model;

    public SavedSessionTarget()
    {
        _model = _compiled.Load(_compiled.Path);
        Seeds = [Save(0, 0), Save(1, 0), Save(5, 0), Save(40, 0), Save(63, 0), Save(64, 0), Save(7, 2)];
    }

    public string Name => "saved-session";

    public int Share => 100;

    public IReadOnlyList<byte[]> Seeds { get; }

    public IMutator Mutator { get; } = new SavedSessionMutator();

    // A session's arrays and logits, and each frame once; never what a length says.
    public long MostAllocatedBytes(int inputBytes) => (1L << 20) + 16L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        try
        {
            using Session session = _model.CreateSession(new MemoryStream(input));
            session.Evaluate([1]);
            session.Rewind(session.Position / 2);
            session.Evaluate([2, 3]);
            session.Save(Stream.Null);
            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _compiled.Dispose();
    }

    /// <summary>A session of some tokens and of some that were generated behind them, the last of which is not evaluated.</summary>
    private byte[] Save(int tokens, int generated)
    {
        using Session session = _model.CreateSession();
        int[] text = [.. Enumerable.Range(0, tokens).Select(i => 3 + i % 40)];
        if (generated > 0)
        {
            _ = session.Generate(text, new GenerationOptions { MaxTokens = generated, Temperature = 0 }).Count();
        }
        else if (tokens > 0)
        {
            session.Evaluate(text);
        }

        using MemoryStream stream = new();
        session.Save(stream);
        return stream.ToArray();
    }
}
