namespace ModelGen.Answers;

/// <summary>The texts that mark what a model thinks, and what it answers.</summary>
/// <param name="Opening">In front of what it thinks.</param>
/// <param name="Closing">Behind it.</param>
/// <param name="TextOpening">In front of the answer; null where there is none.</param>
/// <param name="TextClosing">Behind the answer; null where there is none.</param>
internal sealed record ReasoningMarkers(string Opening, string Closing, string? TextOpening = null, string? TextClosing = null)
{
    /// <summary>The markers of a form; null where there are none, or where messages have channels.</summary>
    public static ReasoningMarkers? Of(ReasoningForm form) => form switch
    {
        ReasoningForm.Think => new ReasoningMarkers("<think>", "</think>"),
        ReasoningForm.Mistral => new ReasoningMarkers("[THINK]", "[/THINK]"),
        ReasoningForm.Command => new ReasoningMarkers("<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>"),
        ReasoningForm.Gemma => new ReasoningMarkers("<|channel>thought\n", "<channel|>"),
        _ => null,
    };
}
