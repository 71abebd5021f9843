namespace ModelGen;

/// <summary>What a <see cref="LogitProcessor"/> wants.</summary>
public enum LogitProcessorResult
{
    /// <summary>A token is chosen.</summary>
    Continue,

    /// <summary>Generation ends here; no further token is chosen, whatever <see cref="GenerationOptions.MinTokens"/> says.</summary>
    EndGeneration,
}
