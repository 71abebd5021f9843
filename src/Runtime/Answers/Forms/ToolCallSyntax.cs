using System.Collections.Generic;
using ModelGen.Grammars;

namespace ModelGen.Answers;

/// <summary>How a family of models writes calls: what they are read from, and what masks hold them to. Each form is one class.</summary>
internal abstract class ToolCallSyntax
{
    /// <summary>What stands in front of calls; the first one is what a grammar writes.</summary>
    public abstract IReadOnlyList<string> Openings { get; }

    /// <summary>What stands behind calls; null where they go on to the answer's end.</summary>
    public virtual string? Closing => null;

    /// <summary>Whether an opening counts at the answer's start alone.</summary>
    public virtual bool IsWholeAnswer => false;

    /// <summary>Whether several calls may stand in one answer.</summary>
    public virtual bool AllowsSeveral => true;

    /// <summary>Whether the templates of the form take arguments as a text of JSON, not as an object.</summary>
    public virtual bool HasArgumentsAsText => false;

    /// <summary>Reads calls.</summary>
    /// <param name="text">All of them, from the opening on up to the closing, without it.</param>
    /// <param name="calls">Takes the calls; as it was where the text is none.</param>
    public abstract bool TryRead(string text, List<ChatToolCall> calls);

    /// <summary>The texts of one or more calls, with opening and closing.</summary>
    public abstract GrammarExpression Calls(CallGrammar grammar);

    /// <summary>The syntax of a form; null where there is none.</summary>
    public static ToolCallSyntax? Of(ToolCallForm form) => form switch
    {
        ToolCallForm.Hermes => new HermesSyntax(),
        ToolCallForm.Llama => new LlamaSyntax(),
        ToolCallForm.Pythonic => new PythonicSyntax(),
        ToolCallForm.Mistral => new MistralSyntax(),
        ToolCallForm.MistralArguments => new MistralArgumentsSyntax(),
        ToolCallForm.DeepSeek => new DeepSeekSyntax(),
        ToolCallForm.DeepSeekInline => new DeepSeekInlineSyntax(),
        ToolCallForm.Harmony => new HarmonySyntax(),
        ToolCallForm.Granite => new GraniteSyntax(),
        ToolCallForm.Command => new CommandSyntax(),
        ToolCallForm.Phi => new PhiSyntax(),
        ToolCallForm.Kimi => new KimiSyntax(),
        ToolCallForm.Lfm => new LfmSyntax(),
        _ => null,
    };

    /// <summary>What stands behind one of the openings.</summary>
    protected string BehindOpening(string text)
    {
        foreach (string opening in Openings)
        {
            if (text.StartsWith(opening, System.StringComparison.Ordinal))
            {
                return text[opening.Length..];
            }
        }

        return text;
    }
}
