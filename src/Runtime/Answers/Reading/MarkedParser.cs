using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Answers;

/// <summary>
/// Reads answers in which markers stand around what the model thinks and around calls. White space beside them belongs to the form.
/// </summary>
internal sealed class MarkedParser : AnswerParser
{
    private readonly ToolCallSyntax? _syntax;
    private readonly ReasoningMarkers? _reasoning;
    private readonly List<string> _textMarkers = [];
    private readonly string[] _reasoningEnd;
    private State _state;

    // Whether white space is skipped until something else comes.
    private bool _skipsSpace;

    // Whether nothing but white space and markers has come so far.
    private bool _isAtStart = true;

    // How much of the pending calls was looked through for their end.
    private int _searched;

    /// <param name="syntax">How calls are written; null: they are not read.</param>
    /// <param name="reasoning">What is around what the model thinks; null for nothing.</param>
    /// <param name="startsInReasoning">Whether the prompt ends with the opening.</param>
    public MarkedParser(ToolCallSyntax? syntax, ReasoningMarkers? reasoning, bool startsInReasoning)
    {
        _syntax = syntax;
        _reasoning = reasoning;
        _state = startsInReasoning ? State.Reasoning : State.Text;
        _skipsSpace = startsInReasoning;
        _reasoningEnd = reasoning is null ? [] : [reasoning.Closing];
        foreach (string? marker in (string?[])[reasoning?.Opening, reasoning?.TextOpening, reasoning?.TextClosing])
        {
            if (marker is not null)
            {
                _textMarkers.Add(marker);
            }
        }

        if (syntax is { IsWholeAnswer: false })
        {
            _textMarkers.AddRange(syntax.Openings);
        }
    }

    private enum State
    {
        Text,
        Reasoning,
        Calls,
    }

    public override bool IsReasoning => _state == State.Reasoning;

    public override bool Takes(string name)
    {
        if (_state == State.Reasoning)
        {
            return name == _reasoning!.Closing;
        }

        // Within calls there are further ones. In front of them a marker may be a token with text behind it.
        return _state == State.Calls
            || _textMarkers.Exists(marker => marker.StartsWith(name, StringComparison.Ordinal))
            || (_isAtStart && _syntax is { IsWholeAnswer: true } && _syntax.Openings.Contains(name));
    }

    public override void Complete()
    {
        if (_state == State.Calls)
        {
            GiveCalls(Pending);
        }
        else
        {
            Give(IsReasoning ? ChatAnswerPartKind.Reasoning : ChatAnswerPartKind.Text, IsReasoning ? Pending.TrimEnd() : Pending);
        }

        Pending = "";
    }

    protected override bool TryAdvance()
    {
        if (_skipsSpace && _state != State.Calls)
        {
            Pending = Pending.TrimStart();
            _skipsSpace = Pending.Length == 0;
        }

        return Pending.Length > 0 && _state switch
        {
            State.Text => TryAdvanceText(),
            State.Reasoning => TryAdvanceReasoning(),
            _ => TryAdvanceCalls(),
        };
    }

    private bool TryAdvanceText()
    {
        if (_isAtStart && _syntax is { IsWholeAnswer: true } && MayBeCalls(out bool isSure))
        {
            _state = isSure ? State.Calls : State.Text;
            return isSure;
        }

        int found = MarkerSearch.Find(Pending, _textMarkers, out string marker);
        if (found < 0)
        {
            GiveSure(ChatAnswerPartKind.Text, _textMarkers, holdsSpace: _textMarkers.Count > 0);
            _isAtStart &= Pending.Length > 0;
            return false;
        }

        bool isCall = marker != _reasoning?.Opening && marker != _reasoning?.TextOpening && marker != _reasoning?.TextClosing;
        Give(ChatAnswerPartKind.Text, Pending[..found].TrimEnd());
        Pending = isCall ? Pending[found..] : Pending[(found + marker.Length)..];
        _state = isCall ? State.Calls : marker == _reasoning?.Opening ? State.Reasoning : State.Text;
        _skipsSpace = !isCall;
        _searched = 0;
        return true;
    }

    // Whether an answer that is a call from its first character on may have begun.
    private bool MayBeCalls(out bool isSure)
    {
        string start = Pending.TrimStart();
        isSure = false;
        foreach (string opening in _syntax!.Openings)
        {
            isSure |= start.StartsWith(opening, StringComparison.Ordinal);
        }

        if (isSure)
        {
            Pending = start;
        }

        return isSure || start.Length == 0 || MarkerSearch.LengthOfBeginning(start, _syntax.Openings) == start.Length;
    }

    private bool TryAdvanceReasoning()
    {
        int found = MarkerSearch.Find(Pending, _reasoningEnd, out string marker);
        if (found < 0)
        {
            GiveSure(ChatAnswerPartKind.Reasoning, _reasoningEnd, holdsSpace: true);
            return false;
        }

        Give(ChatAnswerPartKind.Reasoning, Pending[..found].TrimEnd());
        Pending = Pending[(found + marker.Length)..];
        _state = State.Text;
        _skipsSpace = true;
        return true;
    }

    private bool TryAdvanceCalls()
    {
        if (_syntax!.Closing is not string closing)
        {
            return false;
        }

        // A text within the arguments may have the closing in it: the calls end where they can be read.
        List<ChatToolCall> calls = [];
        for (int end; (end = Pending.IndexOf(closing, _searched, StringComparison.Ordinal)) >= 0; _searched = end + 1)
        {
            if (_syntax.TryRead(Pending[..end], calls))
            {
                Give(calls);
                Pending = Pending[(end + closing.Length)..];
                _state = State.Text;
                _skipsSpace = true;
                return true;
            }
        }

        _searched = Math.Max(0, Pending.Length - closing.Length + 1);
        return false;
    }

    private void GiveCalls(string text)
    {
        List<ChatToolCall> calls = [];
        if (_syntax!.TryRead(text, calls))
        {
            Give(calls);
        }
        else
        {
            Give(ChatAnswerPartKind.Text, text);
        }
    }
}
