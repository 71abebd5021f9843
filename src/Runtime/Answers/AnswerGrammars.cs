using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace ModelGen.Answers;

/// <summary>
/// Keeps the grammars of answers: calls of one program ask for the same few again and again, and compiling one takes longer than a token.
/// Safe for concurrent use.
/// </summary>
internal sealed class AnswerGrammars
{
    private const int MostKept = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Grammar?> _grammars = [];

    /// <summary>The grammar of an answer; null where it may be any text.</summary>
    /// <param name="template">The template that wrote the prompt.</param>
    /// <param name="tools">The tools that it wrote.</param>
    /// <param name="answer">What the answer may be.</param>
    /// <param name="prompt">The prompt.</param>
    /// <inheritdoc cref="ChatPrompt.CreateGrammar" path="/exception"/>
    public Grammar? Of(ChatTemplate template, IReadOnlyList<ChatTool> tools, ChatAnswerOptions answer, ChatPrompt prompt)
    {
        Key key = new(
            template.Name,
            string.Join('\n', tools.Select(tool => tool.ToJson().ToJsonString())),
            answer,
            prompt.StartsInReasoning,
            prompt.EndsBehindReasoning);
        lock (_gate)
        {
            if (_grammars.TryGetValue(key, out Grammar? known))
            {
                return known;
            }
        }

        Grammar? grammar = prompt.CreateGrammar(answer);
        lock (_gate)
        {
            if (_grammars.Count >= MostKept)
            {
                _grammars.Clear();
            }

            _grammars[key] = grammar;
            return grammar;
        }
    }

    private sealed record Key(string Template, string Tools, ChatAnswerOptions Answer, bool StartsInReasoning, bool EndsBehindReasoning);
}
