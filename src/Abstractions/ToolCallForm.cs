namespace ModelGen;

/// <summary>How a model writes calls of tools in its answers. The build reads it off the chat template.</summary>
public enum ToolCallForm
{
    /// <summary>None that is known: the answer is text.</summary>
    None,

    /// <summary>A JSON object with name and arguments between &lt;tool_call&gt; and &lt;/tool_call&gt; for each call: Hermes, Qwen, Granite 4.</summary>
    Hermes,

    /// <summary>One JSON object with name and parameters, which is the whole answer: Llama 3.</summary>
    Llama,

    /// <summary>A list of calls as Python writes them, which is the whole answer: Llama 3.2 and 4.</summary>
    Pythonic,

    /// <summary>A JSON list of calls behind [TOOL_CALLS], each with an id of nine letters and digits: Mistral.</summary>
    Mistral,

    /// <summary>[TOOL_CALLS], the name, [ARGS] and the arguments for each call: Mistral from 2025 on.</summary>
    MistralArguments,

    /// <summary>The name, then the arguments as a block of JSON in Markdown: DeepSeek V3 and R1.</summary>
    DeepSeek,

    /// <summary>The name, then the arguments: DeepSeek V3.1.</summary>
    DeepSeekInline,

    /// <summary>A message on the channel commentary that is addressed to the tool: gpt-oss.</summary>
    Harmony,

    /// <summary>A JSON list of calls behind &lt;|tool_call|&gt;: Granite 3.</summary>
    Granite,

    /// <summary>A JSON list of calls between &lt;|START_ACTION|&gt; and &lt;|END_ACTION|&gt;: Command R7B and Command A.</summary>
    Command,

    /// <summary>A JSON list of calls between &lt;|tool_call|&gt; and &lt;|/tool_call|&gt;: Phi 4 mini.</summary>
    Phi,

    /// <summary>The name with the call's number, then the arguments, in a section of calls: Kimi K2.</summary>
    Kimi,

    /// <summary>A list of calls as Python writes them between &lt;|tool_call_start|&gt; and &lt;|tool_call_end|&gt;: LFM2.</summary>
    Lfm,
}
