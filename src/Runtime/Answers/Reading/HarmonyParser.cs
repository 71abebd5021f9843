using System;
using System.Collections.Generic;

namespace ModelGen.Answers;

/// <summary>Reads answers of gpt-oss: messages on channels, of which those to tools are calls.</summary>
/// <param name="syntax">How calls are written; null: they are not read.</param>
internal sealed class HarmonyParser(ToolCallSyntax? syntax) : AnswerParser
{
    // What ends a message: the marker of its end, or that of the next one's start.
    private static readonly string[] Ends =
        [HarmonyMarkers.End, HarmonyMarkers.Call, HarmonyMarkers.Return, HarmonyMarkers.Start, HarmonyMarkers.Channel];

    private static readonly string[] MessageMarker = [HarmonyMarkers.Message];

    private bool _isInHeader = true;
    private ChatAnswerPartKind _kind;
    private string _header = "";

    public override bool IsReasoning => !_isInHeader && _kind == ChatAnswerPartKind.Reasoning;

    public override bool Takes(string name) =>
        name is HarmonyMarkers.Message or HarmonyMarkers.Constrain || Array.IndexOf(Ends, name) >= 0;

    public override void Complete()
    {
        if (!_isInHeader)
        {
            EndMessage(Pending);
        }

        Pending = "";
    }

    protected override bool TryAdvance() => _isInHeader ? TryAdvanceHeader() : TryAdvanceMessage();

    private bool TryAdvanceHeader()
    {
        int found = MarkerSearch.Find(Pending, MessageMarker, out _);
        if (found >= 0)
        {
            _header = Pending[..found];
            Pending = Pending[(found + HarmonyMarkers.Message.Length)..];
            _kind = syntax is not null && HarmonyMarkers.RecipientOf(_header) is not null ? ChatAnswerPartKind.ToolCall
                : HarmonyMarkers.ChannelOf(_header) == HarmonyMarkers.Analysis ? ChatAnswerPartKind.Reasoning
                : ChatAnswerPartKind.Text;
            _isInHeader = false;
            return true;
        }

        // An answer without any header is text.
        string start = Pending.TrimStart();
        if (start.Length > 0 && start[0] != '<' && !"to=".StartsWith(start[..Math.Min(3, start.Length)], StringComparison.Ordinal))
        {
            _header = "";
            _kind = ChatAnswerPartKind.Text;
            _isInHeader = false;
            return true;
        }

        return false;
    }

    private bool TryAdvanceMessage()
    {
        int found = MarkerSearch.Find(Pending, Ends, out string marker);
        if (_kind == ChatAnswerPartKind.ToolCall && found >= 0 && !IsCall(Pending[..found]))
        {
            // A text within the arguments may have a marker in it: the call ends where the answer does.
            return false;
        }

        if (found < 0)
        {
            if (_kind != ChatAnswerPartKind.ToolCall)
            {
                GiveSure(_kind, Ends, holdsSpace: false);
            }

            return false;
        }

        EndMessage(Pending[..found]);
        Pending = Pending[(marker is HarmonyMarkers.Start or HarmonyMarkers.Channel ? found : found + marker.Length)..];
        return Pending.Length > 0;
    }

    private bool IsCall(string text) => syntax!.TryRead(_header + HarmonyMarkers.Message + text, []);

    private void EndMessage(string text)
    {
        List<ChatToolCall> calls = [];
        if (_kind == ChatAnswerPartKind.ToolCall && syntax!.TryRead(_header + HarmonyMarkers.Message + text, calls))
        {
            Give(calls);
        }
        else
        {
            Give(IsReasoning ? ChatAnswerPartKind.Reasoning : ChatAnswerPartKind.Text, text);
        }

        _isInHeader = true;
    }
}
