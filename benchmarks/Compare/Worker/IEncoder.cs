using System;
using System.Collections.Generic;

namespace ModelGen.Compare.Worker;

/// <summary>A model that is ready to turn texts into vectors of length 1: one of ours, llama.cpp's, or ONNX Runtime's.</summary>
internal interface IEncoder : IDisposable
{
    /// <summary>Ids are below it.</summary>
    int VocabularySize { get; }

    /// <summary>What computes, for the report.</summary>
    string Description { get; }

    /// <summary>Sizes of a group of texts that may serve it best, in a unit of its own; the best of them is what counts.</summary>
    IReadOnlyList<int> GroupSizes { get; }

    /// <summary>The vector of one text.</summary>
    float[] Embed(int[] text);

    /// <summary>The vectors of many texts, in their order, as many at a time as it likes.</summary>
    /// <param name="texts">Texts of any lengths.</param>
    /// <param name="groupSize">One of <see cref="GroupSizes"/>.</param>
    float[][] Embed(int[][] texts, int groupSize);
}
