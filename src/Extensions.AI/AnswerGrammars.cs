using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace ModelGen.Extensions.AI;

/// <summary>
/// Keeps the grammars of answers: calls of one program ask for the same few again and again, and compiling one takes longer than a token.
/// </summary>
internal sealed class AnswerGrammars
{
    private const int MostKept = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Grammar?> _grammars = [];

    /// <summary>The grammar of a request's answer; null where it may be any text.</summary>
    public Grammar? Of(ChatRequest request, ChatPrompt prompt)
    {
        Key key = new(
            request.Template.Name,
            string.Join('\n', request.Rendering.Tools.Select(tool => tool.ToJson().ToJsonString())),
            request.Answer,
            prompt.StartsInReasoning,
            prompt.EndsBehindReasoning);
        lock (_gate)
        {
            if (_grammars.TryGetValue(key, out Grammar? known))
            {
                return known;
            }
        }

        Grammar? grammar = prompt.CreateGrammar(request.Answer);
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
