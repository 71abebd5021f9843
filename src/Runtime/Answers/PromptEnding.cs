namespace ModelGen.Answers;

/// <summary>What a prompt says of the reasoning in the answer to it.</summary>
internal enum PromptEnding
{
    /// <summary>Nothing: the model may begin with it.</summary>
    Free,

    /// <summary>It ends within reasoning.</summary>
    InReasoning,

    /// <summary>It ends behind reasoning.</summary>
    BehindReasoning,
}
