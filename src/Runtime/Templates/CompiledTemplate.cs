using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Text.Json.Nodes;

namespace ModelGen.Templates;

/// <summary>A Jinja template that was compiled. Emitted code derives from it; programs use <see cref="ChatTemplate"/>.</summary>
/// <param name="name">Its name in the model.</param>
/// <param name="toolCalls">How the model writes calls of tools.</param>
/// <param name="reasoning">How the model marks what it thinks.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CompiledTemplate(string name, ToolCallForm toolCalls, ReasoningForm reasoning)
{
    /// <summary>Its name in the model.</summary>
    public string Name => name;

    /// <summary>How the model writes calls of tools.</summary>
    public ToolCallForm ToolCalls => toolCalls;

    /// <summary>How the model marks what it thinks.</summary>
    public ReasoningForm Reasoning => reasoning;

    /// <summary>Renders it.</summary>
    /// <param name="variables">Its variables: messages, tools, add_generation_prompt, bos_token, eos_token, and whatever else it reads.</param>
    /// <param name="now">What it takes for now.</param>
    /// <exception cref="ChatTemplateException">The template refuses what it was given.</exception>
    public string Render(JsonObject variables, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return RenderText(variables, now).Text;
    }

    internal TemplateText RenderText(JsonObject variables, DateTime now)
    {
        Dictionary<string, TemplateValue> values = TemplateJson.ReadVariables(variables);
        TemplateWriter output = new();
        try
        {
            Render(new TemplateContext(values, now), output);
        }
        catch (InsufficientExecutionStackException error)
        {
            throw new ChatTemplateException("A value of the chat template is nested too deeply to be written.", error);
        }

        return output.ToText();
    }

    /// <summary>Writes the text.</summary>
    /// <param name="context">What the caller gave.</param>
    /// <param name="output">Takes the text.</param>
    protected abstract void Render(TemplateContext context, TemplateWriter output);
}
