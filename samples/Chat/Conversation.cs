using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen;

namespace Chat;

/// <summary>A conversation with a model: what was said, and the session that has read it.</summary>
/// <param name="model">A model with a chat template.</param>
/// <param name="session">An empty session of it.</param>
/// <param name="system">What tells the model how to answer; null for nothing.</param>
/// <param name="generation">How answers are generated.</param>
internal sealed class Conversation(CompiledDecoder model, Session session, string? system, GenerationOptions generation)
{
    private readonly List<ChatMessage> _messages = system is null ? [] : [ChatMessage.System(system)];

    private int SystemMessages => _messages.Count(message => message.Role == "system");

    /// <summary>Says something to the model and writes its answer while it comes.</summary>
    /// <param name="text">What is said.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>What the turn took.</returns>
    /// <exception cref="ContextFullException">What is said does not fit, even by itself.</exception>
    public TurnFigures Say(string text, TextWriter output)
    {
        _messages.Add(ChatMessage.User(text));
        while (true)
        {
            try
            {
                return Answer(output);
            }
            catch (ContextFullException) when (_messages.Count > SystemMessages + 1)
            {
                // The oldest turn is forgotten, question and answer.
                _messages.RemoveRange(SystemMessages, 2);
            }
        }
    }

    private TurnFigures Answer(TextWriter output)
    {
        int[] before = [.. session.Tokens];

        // A conversation that does not fit is refused here, before anything is written.
        IEnumerable<string> pieces = session.Chat(_messages, new ChatOptions { Generation = generation });
        StringBuilder answer = new();
        foreach (string piece in pieces)
        {
            answer.Append(piece);
            output.Write(piece);
            output.Flush();
        }

        output.WriteLine();
        _messages.Add(ChatMessage.Assistant(answer.ToString()));
        return new TurnFigures(session.Position, before.AsSpan().CommonPrefixLength(session.Tokens), model.Info.InstructionSet);
    }
}

/// <summary>What a turn took, in tokens, and with which instructions.</summary>
/// <param name="Tokens">Tokens of the conversation, the answer included.</param>
/// <param name="Reused">How many of these the session had read in earlier turns.</param>
/// <param name="InstructionSet">The vector instructions of the kernels that ran.</param>
internal sealed record TurnFigures(int Tokens, int Reused, InstructionSet InstructionSet)
{
    /// <summary>One line.</summary>
    public override string ToString() => FormattableString.Invariant($"[{Tokens} tokens, {Reused} of them read before | {InstructionSet}]");
}
