using System;
using System.Threading;

namespace ModelGen.Sessions;

/// <summary>Lets one call at a time into a session, and disposes what is the session's when no call is in it.</summary>
/// <param name="owned">Disposed when the session is, after a call that is running.</param>
internal sealed class SessionTurns(IDisposable owned)
{
    private int _state;

    private enum State
    {
        Idle,
        Running,
        DisposeAtEnd,
        Disposed,
    }

    /// <summary>Starts a call's turn; no other call may enter until it is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Turn Enter() => (State)Interlocked.CompareExchange(ref _state, (int)State.Running, (int)State.Idle) switch
    {
        State.Idle => new Turn(this),
        State.Running => throw new InvalidOperationException(
            "Another call is running on this session; a session serves one call at a time, so use one session a thread."),
        _ => throw new ObjectDisposedException(nameof(Session)),
    };

    /// <summary>Ends the session; a call that is still running finishes first.</summary>
    public void Dispose()
    {
        while (true)
        {
            switch ((State)Volatile.Read(ref _state))
            {
                case State.Idle when TryMove(State.Idle, State.Disposed):
                    owned.Dispose();
                    return;
                case State.Running when TryMove(State.Running, State.DisposeAtEnd):
                case State.DisposeAtEnd or State.Disposed:
                    return;
            }
        }
    }

    private bool TryMove(State from, State to) => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    private void Leave()
    {
        if (!TryMove(State.Running, State.Idle))
        {
            owned.Dispose();
            Volatile.Write(ref _state, (int)State.Disposed);
        }
    }

    /// <summary>A call's turn, see <see cref="Enter"/>.</summary>
    public readonly struct Turn(SessionTurns turns) : IDisposable
    {
        public void Dispose() => turns.Leave();
    }
}
