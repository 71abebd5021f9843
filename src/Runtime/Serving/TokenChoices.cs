using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Serving;

/// <summary>Has the answers of a step choose their next tokens, several at a time, on the model's threads.</summary>
/// <param name="workers">The threads.</param>
/// <param name="turn">Held by whoever has them.</param>
internal sealed unsafe class TokenChoices(WorkerPool workers, Lock turn)
{
    private readonly List<EngineRequest> _requests = [];

    /// <summary>Another one, for <see cref="Run"/>.</summary>
    public void Add(EngineRequest request) => _requests.Add(request);

    /// <summary>Has all of them choose.</summary>
    public void Run()
    {
        // Where a session beside the engine has the threads, waiting for it would take longer.
        if (_requests.Count > 1 && turn.TryEnter())
        {
            GCHandle self = GCHandle.Alloc(this);
            try
            {
                workers.Run(&Choose, (void*)GCHandle.ToIntPtr(self), _requests.Count);
            }
            finally
            {
                self.Free();
                turn.Exit();
            }
        }
        else
        {
            foreach (EngineRequest request in _requests)
            {
                request.Choose();
            }
        }

        _requests.Clear();
    }

    private static void Choose(void* self, int index) => ((TokenChoices)GCHandle.FromIntPtr((nint)self).Target!)._requests[index].Choose();
}
