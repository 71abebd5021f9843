using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;

namespace ModelGen.Compare.Measuring;

/// <summary>A child process that holds one engine and obeys commands (see WorkerLoop).</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan IdlePatience = TimeSpan.FromSeconds(10);

    // Of 20 ms: less than one thread that spins takes by far.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMilliseconds(1);

    private readonly Process _process;
    private readonly string _name;

    public WorkerProcess(string name, ProcessStartInfo start)
    {
        _name = name;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        Greeting = Read();
        Description = Greeting.GetProperty("description").GetString()!;
    }

    /// <summary>What it says of itself.</summary>
    public JsonElement Greeting { get; }

    /// <summary>What computes.</summary>
    public string Description { get; }

    /// <summary>Evaluates tokens in one call.</summary>
    /// <returns>The time it took and the most likely next token.</returns>
    public Timing Evaluate(int seed, int count) => Timed(string.Create(CultureInfo.InvariantCulture, $"evaluate {seed} {count}"));

    /// <summary>Evaluates tokens one by one.</summary>
    /// <returns>As <see cref="Evaluate"/>.</returns>
    public Timing Decode(int seed, int count) => Timed(string.Create(CultureInfo.InvariantCulture, $"decode {seed} {count}"));

    /// <summary>Evaluates tokens of several sequences side by side.</summary>
    /// <returns>As <see cref="Evaluate"/>, of the first sequence.</returns>
    public Timing EvaluateTogether(int seed, int count, int sequences) =>
        Timed(string.Create(CultureInfo.InvariantCulture, $"together {seed} {count} {sequences}"));

    public void Rewind(int position) => Ask(string.Create(CultureInfo.InvariantCulture, $"rewind {position}"));

    /// <summary>Has a command done, and gives its answer.</summary>
    public JsonElement Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return Read();
    }

    /// <summary>The most memory that was resident, without what only hosts the engine, in bytes.</summary>
    public long PeakMemory()
    {
        JsonElement answer = Ask("memory");
        return answer.GetProperty("peak").GetInt64() - answer.GetProperty("host").GetInt64();
    }

    /// <summary>
    /// Returns once the process does nothing: threads that spin for more work have parked, the JIT has compiled what it wanted to. Else it
    /// would take time from the process that is measured next.
    /// </summary>
    /// <exception cref="InvalidOperationException">It goes on working.</exception>
    public void WaitUntilIdle()
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (TimeSpan before = ProcessorTime(); clock.Elapsed < IdlePatience;)
        {
            Thread.Sleep(IdleInterval);
            TimeSpan now = ProcessorTime();
            if (now - before < IdleLimit)
            {
                return;
            }

            before = now;
        }

        throw new InvalidOperationException(_name + " is not idle between measurements.");
    }

    /// <summary>Processor time of all its threads so far.</summary>
    public TimeSpan ProcessorTime()
    {
        // The scheduler's count for each thread is exact; the one for the process moves in steps of 10 ms.
        string tasks = $"/proc/{_process.Id}/task";
        if (!Directory.Exists(tasks))
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }

        IEnumerable<long> nanoseconds = Directory.EnumerateDirectories(tasks).Select(task =>
        {
            try
            {
                return long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended in between.
                return 0;
            }
        });
        return TimeSpan.FromMicroseconds(nanoseconds.Sum() / 1000.0);
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                _process.Kill();
            }
        }
        catch (IOException)
        {
            // It has ended already.
        }

        _process.Dispose();
    }

    private Timing Timed(string command)
    {
        JsonElement answer = Ask(command);
        return new Timing(TimeSpan.FromSeconds(answer.GetProperty("seconds").GetDouble()), answer.GetProperty("top").GetInt32());
    }

    private JsonElement Read()
    {
        string? line = _process.StandardOutput.ReadLine();
        if (line is null)
        {
            _process.WaitForExit();
            throw new InvalidOperationException($"{_name} has ended with code {_process.ExitCode}; what it wrote stands above.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A native library that gives up writes where answers are expected.
            throw new InvalidOperationException($"{_name} has given up: {line}{Environment.NewLine}{_process.StandardOutput.ReadToEnd()}");
        }
    }
}

/// <summary>What one command took, and the most likely token after it.</summary>
internal readonly record struct Timing(TimeSpan Elapsed, int TopToken);
