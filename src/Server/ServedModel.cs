using System;
using ModelGen.Answers;

namespace ModelGen.Server;

/// <summary>A model under the name that requests call it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The model.</param>
internal abstract record ServedModel(string Name, CompiledModel Model)
{
    /// <summary>When it was added, as OpenAI's interface says when a model was made.</summary>
    public long Created { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Ids that texts may have: rows that pad the output head are none.</summary>
    public int VocabularySize { get; } = int.Min(Model.Tokenizer.VocabularySize, Model.Info.VocabularySize);
}

/// <summary>A decoder with its engine.</summary>
internal sealed record ServedDecoder(string Name, Engine Engine) : ServedModel(Name, Engine.Model)
{
    /// <summary>Grammars of answers to conversations.</summary>
    public AnswerGrammars Grammars { get; } = new();
}

/// <summary>An encoder.</summary>
internal sealed record ServedEncoder(string Name, CompiledEncoder Encoder) : ServedModel(Name, Encoder);
