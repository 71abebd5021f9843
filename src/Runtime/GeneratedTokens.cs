using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using ModelGen.Generation;

namespace ModelGen;

/// <summary>The tokens that a session generates, one by one (<see cref="Session.GenerateTokens(string, GenerationOptions?)"/>).</summary>
/// <remarks>Nothing is evaluated before the first token is asked for; enumerating again appends the prompt again.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "It is named for what it gives.")]
public sealed class GeneratedTokens : IEnumerable<GeneratedToken>
{
    private readonly PreparedGeneration _prepared;

    internal GeneratedTokens(PreparedGeneration prepared) => _prepared = prepared;

    /// <summary>How the last enumeration ended; null before it did, and where it was left early.</summary>
    public GenerationEnd? End { get; private set; }

    /// <summary>Starts to generate.</summary>
    public IEnumerator<GeneratedToken> GetEnumerator()
    {
        End = null;
        TokenGeneration generation = _prepared.Start();
        while (generation.MoveNext(out GeneratedToken token, CancellationToken.None))
        {
            yield return token;
        }

        End = generation.End;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
