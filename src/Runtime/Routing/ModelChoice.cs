namespace ModelGen.Routing;

/// <summary>One of the two models that a <see cref="PromptRouter"/> decides between.</summary>
public enum ModelChoice
{
    /// <summary>The model that is better where they differ, and costs more.</summary>
    A,

    /// <summary>The model that is good enough for many prompts, and costs less.</summary>
    B,
}
