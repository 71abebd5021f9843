using System;
using System.Runtime.CompilerServices;
using System.Threading;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Lifetimes;

/// <summary>The model of these tests and what it answers; collections.</summary>
internal static class Lifetime
{
    public const string Prompt = "hello, who are you";

    private static readonly TinyModel Model = new()
    {
        Name = "lifetimes-f32", Seed = 41, ContextLength = 200,
        ChatTemplate = "{{ bos_token }}{% for m in messages %}{{ m.role }} {{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant {% endif %}",
    };

    private static readonly Lazy<string> Packed = new(
        () => TemporaryFiles.Write("lifetimes.weights", PackedFiles.Pack(TinyFiles.PathOf(Model))));

    /// <summary>A text whose logits are those that <see cref="Answer"/> has.</summary>
    public static int[] Text { get; } = TinyModels.Text(Model, seed: 4, length: 40);

    /// <summary>Another one.</summary>
    public static int[] OtherText { get; } = TinyModels.Text(Model, seed: 5, length: 40);

    public static GenerationOptions Greedy { get; } = new() { Temperature = 0, MaxTokens = 16 };

    public static ChatMessage[] Messages { get; } = [ChatMessage.User(Prompt)];

    /// <summary>The GGUF file.</summary>
    public static string GgufPath => TinyFiles.PathOf(Model);

    /// <summary>The packed file.</summary>
    public static string PackedPath => Packed.Value;

    public static CompiledClass Compile() => ModelCompiler.Compile(Model);

    /// <summary>Loads the packed file, which is mapped: what comes too late for it reads no memory.</summary>
    public static CompiledDecoder Load(int threadCount = 2) => Compile().Load(PackedPath, new LoadOptions { ThreadCount = threadCount });

    /// <summary>What a session of its own answers to a text.</summary>
    public static int[] Answer(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        return Logits.Bits(session.Evaluate(text));
    }

    /// <summary>Collects all that nobody holds, runs the finalizers, and collects what these have let go.</summary>
    public static void Collect()
    {
        for (int round = 0; round < 3; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>Has other sessions write to memory that was freed, if any was.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UseFreedMemory()
    {
        using CompiledDecoder model = Load();
        for (int round = 0; round < 10; round++)
        {
            Answer(model, OtherText);
        }
    }

    /// <summary>The tests run in child processes only (<see cref="LifetimeTests"/>).</summary>
    public static void SkipUnlessChild() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable(LifetimeTests.ChildVariable) is not null,
        "Runs in the child processes of LifetimeTests.");

    /// <summary>A thread that collects, until it is disposed.</summary>
    public sealed class Collector : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _ended;

        public Collector()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public void Dispose()
        {
            _ended = true;
            _thread.Join();
        }

        private void Run()
        {
            while (!_ended)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
