using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Reflection;
using ModelGen.Templates;

namespace ModelGen.CompilerServices;

/// <summary>What the compiler knew of a model when it emitted the class.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelDescription
{
    /// <summary>The assembly that was compiled with the model, which may have its weights.</summary>
    public required Assembly Assembly { get; init; }

    /// <summary>Name of the file of packed weights: embedded in the assembly, in the program's own file, or beside the program.</summary>
    public required string WeightsFileName { get; init; }

    /// <summary>general.architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>SHA-256 of the GGUF header, 64 hexadecimal digits.</summary>
    public required string HeaderHash { get; init; }

    /// <summary>Hash of all that the emitted code depends on, 64 hexadecimal digits.</summary>
    public required string ShapeHash { get; init; }

    /// <summary>Version of the weight layout.</summary>
    public required int LayoutVersion { get; init; }

    /// <summary>Elements of all tensors.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Tokens that a session holds.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>What cuts text into words; null for a vocabulary that needs none.</summary>
    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>Chat templates, the one that the model does not name first.</summary>
    public IReadOnlyList<CompiledTemplate> ChatTemplates { get; init; } = [];

    /// <summary>Floats of an encoder's vectors of tokens; 0: it is a decoder.</summary>
    public int VectorLength { get; init; }

    /// <summary>How an encoder's vectors of tokens become one, as the model's file says; null: it does not say.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>What an encoder's pooled vector goes through.</summary>
    public IReadOnlyList<VectorLayer> VectorLayers { get; init; } = [];

    /// <summary>Whether those layers make a score of two texts that were read together.</summary>
    public bool IsRanker { get; init; }

    /// <summary>Names of those scores, one each; empty: it is none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether an encoder has a head that weighs the vocabulary's terms.</summary>
    public bool GivesTerms { get; init; }

    /// <summary>Types of tokens that an encoder has embeddings of.</summary>
    public int TokenTypes { get; init; }

    /// <summary>Whether an encoder's token sees only those before it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>What reads the text that a decoder answers; null: it only goes on with its own.</summary>
    public SourceDescription? Source { get; init; }

    /// <summary>Bytes of the packed weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>What a session remembers of its text.</summary>
    public required StateLayout State { get; init; }

    /// <summary>Bytes of the forward pass's buffers, which all sessions share.</summary>
    public required long ScratchBytes { get; init; }

    /// <summary>Creates the forward pass, for the instruction set of the process.</summary>
    public required Func<ModelResources, ForwardPass> CreateForwardPass { get; init; }
}
