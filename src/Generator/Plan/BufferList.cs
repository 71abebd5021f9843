using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>When in a layer a buffer is written and read. Buffers whose times do not meet share memory.</summary>
internal enum LayerTime
{
    /// <summary>Norm before attention.</summary>
    Start,

    /// <summary>Queries, keys and values.</summary>
    Projection,

    /// <summary>Attention.</summary>
    Attention,

    /// <summary>Its output matrix.</summary>
    AttentionOutput,

    /// <summary>Norm before the feed-forward network.</summary>
    FeedForward,

    /// <summary>Gate and up.</summary>
    Hidden,

    /// <summary>Down.</summary>
    End,
}

/// <summary>Collects the buffers that steps ask for: one a name, as wide and as long alive as any kind of layer needs it.</summary>
internal sealed class BufferList(int prefillTokens)
{
    private readonly Dictionary<string, BufferPlan> _buffers = new(StringComparer.Ordinal);

    /// <summary>Rows of a buffer that holds a row a token.</summary>
    public int PrefillTokens => prefillTokens;

    /// <summary>The buffers by name.</summary>
    public List<BufferPlan> InOrder() => [.. _buffers.Values.OrderBy(buffer => buffer.Name, StringComparer.Ordinal)];

    /// <summary>Notes a buffer, or widens and prolongs the one that another step has noted.</summary>
    /// <param name="name">Its field.</param>
    /// <param name="meaning">What a row holds.</param>
    /// <param name="format">Format of a row.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="first">When it is first written.</param>
    /// <param name="last">When it is last read.</param>
    /// <param name="rows">Rows; null: one a token of a batch.</param>
    public void Add(string name, string meaning, ActivationFormat format, int columns, LayerTime first, LayerTime last, int? rows = null)
    {
        int rowBytes = Buffers.RowBytes(format, columns);
        int start = (int)first;
        int end = (int)last;
        if (_buffers.TryGetValue(name, out BufferPlan known))
        {
            rowBytes = Math.Max(rowBytes, known.RowBytes);
            start = Math.Min(start, known.First);
            end = Math.Max(end, known.Last);
        }

        _buffers[name] = new BufferPlan(name, meaning, format == ActivationFormat.Float32, rowBytes, rows ?? prefillTokens, start, end);
    }
}
