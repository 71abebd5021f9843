using System;
using System.Collections.Generic;
using System.Threading;

namespace ModelGen.Extensions.AI;

/// <summary>
/// Sessions of a model for calls that come at any time. A call gets the idle session that has read most of its conversation, and a new one where
/// none is idle.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class SessionPool(CompiledDecoder model) : IDisposable
{
    // Conversations that are remembered between calls; each takes the memory of a context.
    private const int MostIdle = 4;

    private readonly Lock _gate = new();

    // The one that was given back last is the last.
    private readonly List<Session> _idle = [];
    private bool _isDisposed;

    /// <summary>Gives a session out for a prompt.</summary>
    /// <param name="ids">The prompt.</param>
    public Loan Rent(IReadOnlyList<int> ids)
    {
        int[] prompt = [.. ids];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            int best = -1;
            int longest = 0;
            for (int index = 0; index < _idle.Count; index++)
            {
                int common = _idle[index].Tokens.CommonPrefixLength(prompt);
                if (common > longest || (best < 0 && _idle.Count == MostIdle))
                {
                    (best, longest) = (index, common);
                }
            }

            if (best >= 0)
            {
                // Where less than half of it is of this conversation, it only begins alike, and stays for its own; what both have in common is shared.
                Session session = _idle[best];
                if (longest > 0 && longest < session.Position / 2)
                {
                    return new Loan(this, session.Fork(), prompt, longest);
                }

                _idle.RemoveAt(best);
                return new Loan(this, session, prompt, longest);
            }
        }

        return new Loan(this, model.CreateSession(), prompt, known: 0);
    }

    public void Dispose()
    {
        Session[] idle;
        lock (_gate)
        {
            _isDisposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (Session session in idle)
        {
            session.Dispose();
        }
    }

    private void GiveBack(Session session)
    {
        Session? oldest = session;
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _idle.Add(session);
                oldest = _idle.Count > MostIdle ? _idle[0] : null;
                _idle.RemoveRange(0, _idle.Count > MostIdle ? 1 : 0);
            }
        }

        oldest?.Dispose();
    }

    /// <summary>A session for one answer.</summary>
    /// <param name="pool">Where it goes back to.</param>
    /// <param name="session">The session.</param>
    /// <param name="prompt">What is answered.</param>
    /// <param name="known">How many tokens of it the session has read.</param>
    internal readonly struct Loan(SessionPool pool, Session session, int[] prompt, int known) : IDisposable
    {
        /// <summary>Starts to answer.</summary>
        public GeneratedTokenStream Generate(GenerationOptions options, CancellationToken cancellationToken)
        {
            // The last token is evaluated in any case.
            int position = options.Echo ? 0 : Math.Min(known, prompt.Length - 1);
            session.Rewind(position);
            return session.GenerateTokensAsync(prompt[position..], options, cancellationToken);
        }

        public void Dispose() => pool.GiveBack(session);
    }
}
