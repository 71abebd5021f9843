using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace ModelGen.Server.Monitoring;

/// <summary>
/// What the engines and the web server measure, as Prometheus reads it (its text format 0.0.4). Listens from when it is made.
/// </summary>
internal sealed class MetricsReport : IDisposable
{
    private static readonly HashSet<string> Meters = new(StringComparer.Ordinal) { "ModelGen", "Microsoft.AspNetCore.Hosting" };

    // Seconds, and tokens.
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60];
    private static readonly double[] Tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly ServerModels _models;
    private readonly MeterListener _listener = new();

    /// <param name="models">The models whose engines are reported on.</param>
    public MetricsReport(ServerModels models)
    {
        _models = models;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The report as of now.</summary>
    public string Write()
    {
        StringBuilder text = new();
        lock (_gate)
        {
            foreach ((string name, Family family) in _families)
            {
                family.WriteTo(text, name);
            }
        }

        ServedDecoder[] decoders = [.. _models.All.OfType<ServedDecoder>()];
        EngineStatistics[] statistics = [.. decoders.Select(decoder => decoder.Engine.Statistics)];
        WriteEngines("modelgen_requests_running", "gauge", "Requests whose prompts are read or whose answers are generated.", s => s.Running);
        WriteEngines("modelgen_requests_waiting", "gauge", "Requests that wait for their turn.", s => s.Waiting);
        WriteEngines("modelgen_memory_used_bytes", "gauge", "Keys, values and states in use.", s => s.UsedBytes);
        WriteEngines("modelgen_memory_cached_bytes", "gauge", "What is kept of texts for others that begin alike.", s => s.CachedBytes);
        WriteEngines("modelgen_memory_limit_bytes", "gauge", "The most that they may be.", s => s.MemoryLimit);
        WriteEngines("modelgen_preemptions_total", "counter", "How often a request had to give its memory back.", s => s.Preemptions);
        return text.ToString();

        void WriteEngines(string name, string type, string help, Func<EngineStatistics, long> value)
        {
            PrometheusText.WriteHead(text, name, type, help);
            for (int index = 0; index < decoders.Length; index++)
            {
                PrometheusText.WriteSample(text, name, PrometheusText.Labels([new("model", decoders[index].Name)]), value(statistics[index]));
            }
        }
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.Labels(tags);
        bool isHistogram = instrument is Histogram<double> or Histogram<long> or Histogram<int>;
        string name = PrometheusText.NameOf(instrument, isHistogram);
        lock (_gate)
        {
            if (!_families.TryGetValue(name, out Family? family))
            {
                _families.Add(name, family = new Family(
                    instrument.Description ?? "", isHistogram ? instrument.Unit == "s" ? Seconds : Tokens : null));
            }

            family.Add(labels, value);
        }
    }

    /// <summary>All series of one name. One thread at a time.</summary>
    /// <param name="help">What is measured.</param>
    /// <param name="bounds">Upper bounds of a histogram's buckets; null: a sum that goes up and down.</param>
    private sealed class Family(string help, double[]? bounds)
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

        public void Add(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out Series? series))
            {
                _series.Add(labels, series = new Series(bounds?.Length ?? 0));
            }

            series.Sum += value;
            series.Count++;
            for (int bucket = (bounds?.Length ?? 0) - 1; bucket >= 0 && value <= bounds![bucket]; bucket--)
            {
                series.Buckets[bucket]++;
            }
        }

        public void WriteTo(StringBuilder text, string name)
        {
            PrometheusText.WriteHead(text, name, bounds is null ? "gauge" : "histogram", help);
            foreach ((string labels, Series series) in _series)
            {
                if (bounds is null)
                {
                    PrometheusText.WriteSample(text, name, labels, series.Sum);
                    continue;
                }

                for (int bucket = 0; bucket < bounds.Length; bucket++)
                {
                    PrometheusText.WriteSample(text, name + "_bucket", WithBound(labels, bounds[bucket]), series.Buckets[bucket]);
                }

                PrometheusText.WriteSample(text, name + "_bucket", WithBound(labels, double.PositiveInfinity), series.Count);
                PrometheusText.WriteSample(text, name + "_sum", labels, series.Sum);
                PrometheusText.WriteSample(text, name + "_count", labels, series.Count);
            }
        }

        private static string WithBound(string labels, double bound)
        {
            string le = double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture);
            return labels.Length == 0 ? $"{{le=\"{le}\"}}" : $"{labels[..^1]},le=\"{le}\"}}";
        }
    }

    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
