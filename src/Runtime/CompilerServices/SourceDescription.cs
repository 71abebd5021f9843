using System;
using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>What reads the text that a decoder answers, its source.</summary>
/// <param name="startToken">The token that an answer starts with.</param>
/// <param name="state">What the encoder remembers of a text while it reads it.</param>
/// <param name="createForwardPass">Creates the encoder's forward pass, for the instruction set of the process.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SourceDescription(int startToken, StateLayout state, Func<ModelResources, ForwardPass> createForwardPass)
{
    /// <summary>The token that an answer starts with.</summary>
    public int StartToken => startToken;

    /// <summary>What the encoder remembers of a text while it reads it.</summary>
    public StateLayout State => state;

    /// <summary>Creates the encoder's forward pass.</summary>
    public Func<ModelResources, ForwardPass> CreateForwardPass => createForwardPass;
}
