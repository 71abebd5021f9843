using System;
using System.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelGen.Tasks;

/// <summary>Tells how far a long pack is; of one that takes no time, only that it was done.</summary>
internal sealed class PackProgress
{
    private const double BytesPerMegabyte = 1e6;

    private readonly TaskLoggingHelper _log;
    private readonly string _modelName;
    private readonly long _totalBytes;
    private readonly TimeSpan _interval;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next;

    /// <param name="log">Where the lines go.</param>
    /// <param name="modelName">The model's file name.</param>
    /// <param name="totalBytes">Bytes of the packed file.</param>
    /// <param name="interval">Time from one line to the next; a pack that takes less has no line.</param>
    public PackProgress(TaskLoggingHelper log, string modelName, long totalBytes, TimeSpan interval)
    {
        _log = log;
        _modelName = modelName;
        _totalBytes = totalBytes;
        _interval = interval;
        _next = interval;
    }

    /// <summary>Called now and then, one call at a time.</summary>
    /// <param name="packedBytes">Bytes packed so far.</param>
    public void Report(long packedBytes)
    {
        if (_clock.Elapsed >= _next)
        {
            _next = _clock.Elapsed + _interval;
            double percent = 100.0 * packedBytes / _totalBytes;
            _log.LogMessage(
                MessageImportance.High, "Packing {0}: {1:F0} % of {2:F0} MB", _modelName, Math.Floor(percent), _totalBytes / BytesPerMegabyte);
        }
    }

    /// <summary>Called once, at the end.</summary>
    /// <param name="target">The packed file.</param>
    public void Finish(string target)
    {
        double seconds = Math.Max(_clock.Elapsed.TotalSeconds, 0.001);
        double megabytes = _totalBytes / BytesPerMegabyte;
        bool wasLong = _clock.Elapsed >= _interval;
        _log.LogMessage(
            wasLong ? MessageImportance.High : MessageImportance.Normal,
            "Packed {0} into {1}: {2:F1} MB in {3:F1} s, {4:F0} MB/s",
            _modelName,
            target,
            megabytes,
            seconds,
            megabytes / seconds);
    }
}
