using System;
using System.Diagnostics;
using System.Globalization;
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
            Say(MessageImportance.High, $"Packing {_modelName}: {Math.Floor(percent):F0} % of {_totalBytes / BytesPerMegabyte:F0} MB");
        }
    }

    /// <summary>Called once, at the end.</summary>
    /// <param name="target">The packed file.</param>
    public void Finish(string target)
    {
        double seconds = Math.Max(_clock.Elapsed.TotalSeconds, 0.001);
        double megabytes = _totalBytes / BytesPerMegabyte;
        bool wasLong = _clock.Elapsed >= _interval;
        Say(
            wasLong ? MessageImportance.High : MessageImportance.Normal,
            $"Packed {_modelName} into {target}: {megabytes:F1} MB in {seconds:F1} s, {megabytes / seconds:F0} MB/s");
    }

    // MSBuild turns arguments into text before it looks at their formats.
    private void Say(MessageImportance importance, FormattableString line) =>
        _log.LogMessage(importance, "{0}", line.ToString(CultureInfo.InvariantCulture));
}
