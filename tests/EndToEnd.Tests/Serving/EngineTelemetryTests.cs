using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Serving;

/// <summary>What monitoring sees of an engine's requests.</summary>
public sealed class EngineTelemetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestsAreMeasuredAndTraced()
    {
        // Its model has a name that no other test's has.
        using CompiledDecoder model = EngineRequests.Load("starcoder2");
        string name = model.Info.Name;
        ConcurrentBag<(string Instrument, double Value, string Tags)> measured = [];
        ConcurrentBag<Activity> ended = [];
        using MeterListener meters = new();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "ModelGen")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.Start();
        using ActivityListener activities = new()
        {
            ShouldListenTo = source => source.Name == "ModelGen",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(activities);
        await using (Engine engine = model.CreateEngine())
        {
            GenerationOptions options = new() { MaxTokens = 7, MinTokens = 7, Temperature = 0.5f, Seed = 1 };
            await new TestRequest([1, 2, 3], options).AskAsync(engine, cancellationToken: Token);
            Activity.Current?.Source.Name.ShouldNotBe("ModelGen");
            await Should.ThrowAsync<InvalidTimeZoneException>(
                () => new TestRequest([1, 2], options with { LogitProcessors = [new Thrower()] }).AskAsync(engine, cancellationToken: Token));
        }

        string display = $"text_completion {name}";
        Activity[] own = [.. ended.Where(activity => activity.DisplayName == display).OrderBy(activity => activity.StartTimeUtc)];
        own.Length.ShouldBe(2);
        own[0].GetTagItem("gen_ai.usage.input_tokens").ShouldBe(3);
        own[0].GetTagItem("gen_ai.usage.output_tokens").ShouldBe(7);
        own[0].GetTagItem("gen_ai.request.temperature").ShouldBe(0.5);
        own[0].GetTagItem("gen_ai.response.finish_reasons").ShouldBe(new[] { "length" });
        own[0].Status.ShouldBe(ActivityStatusCode.Unset);
        own[1].Status.ShouldBe(ActivityStatusCode.Error);
        own[1].GetTagItem("error.type").ShouldBe("System.InvalidTimeZoneException");
        (string Instrument, double Value, string Tags)[] first = [.. measured.Where(one => !one.Tags.Contains("error.type"))];
        first.Single(one => one.Tags.EndsWith("gen_ai.token.type=input")).Value.ShouldBe(3);
        first.Single(one => one.Tags.EndsWith("gen_ai.token.type=output")).Value.ShouldBe(7);
        double duration = first.Single(one => one.Instrument == "gen_ai.server.request.duration").Value;
        double toFirst = first.Single(one => one.Instrument == "gen_ai.server.time_to_first_token").Value;
        double perToken = first.Single(one => one.Instrument == "gen_ai.server.time_per_output_token").Value;
        toFirst.ShouldBeInRange(double.Epsilon, duration);
        (toFirst + 6 * perToken).ShouldBe(duration, 1e-6);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string text = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            if (text.Contains($"gen_ai.request.model={name}"))
            {
                measured.Add((instrument.Name, value, text));
            }
        }
    }

    private sealed class Thrower : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits) =>
            throw new InvalidTimeZoneException();
    }
}
