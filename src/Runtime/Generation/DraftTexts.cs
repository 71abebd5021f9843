using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Execution;

namespace ModelGen.Generation;

/// <summary>The texts of a draft model. Each caller has one to itself, the one that its own text goes on from where that is there.</summary>
/// <param name="create">Makes a sequence that remembers nothing.</param>
/// <param name="most">Texts that are kept.</param>
internal sealed class DraftTexts(Func<Sequence> create, int most) : IDisposable
{
    private readonly Lock _gate = new();

    // The one that was given back last is the last.
    private readonly List<DraftText> _idle = new(most);

    // With those that are in use.
    private int _count;
    private bool _isDisposed;

    /// <summary>Gives one out.</summary>
    /// <param name="text">What it is for.</param>
    /// <exception cref="ObjectDisposedException">This is disposed, or the model is.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public DraftText Rent(ReadOnlySpan<int> text)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(DraftModel));
            int index = _idle.Count - 1;
            while (index >= 0 && !_idle[index].IsBeginningOf(text))
            {
                index--;
            }

            // Texts that begin alike and then part are not worth reading one of them again each time.
            index = index < 0 && _count >= most && _idle.Count > 0 ? 0 : index;
            if (index >= 0)
            {
                DraftText own = _idle[index];
                _idle.RemoveAt(index);
                return own;
            }

            DraftText made = new(create());
            _count++;
            return made;
        }
    }

    /// <summary>Takes one back.</summary>
    public void Return(DraftText text)
    {
        lock (_gate)
        {
            if (!_isDisposed && _count <= most)
            {
                _idle.Add(text);
                return;
            }

            _count--;
        }

        text.Dispose();
    }

    /// <summary>Frees all; those that are in use when they come back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _count -= _idle.Count;
            _idle.ForEach(text => text.Dispose());
            _idle.Clear();
        }
    }
}
