namespace ModelGen;

/// <summary>How a model marks what it thinks before it answers. The build reads it off the chat template.</summary>
public enum ReasoningForm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Between &lt;think&gt; and &lt;/think&gt;.</summary>
    Think,

    /// <summary>Between [THINK] and [/THINK]: Magistral.</summary>
    Mistral,

    /// <summary>Between &lt;|START_THINKING|&gt; and &lt;|END_THINKING|&gt;: Command R7B and Command A.</summary>
    Command,

    /// <summary>In messages on the channel analysis: gpt-oss.</summary>
    Harmony,

    /// <summary>On the channel thought: Gemma 4.</summary>
    Gemma,
}
