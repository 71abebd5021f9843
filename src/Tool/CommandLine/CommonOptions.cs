using System;
using System.CommandLine;
using ModelGen.Tool.Caching;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary>What several commands take.</summary>
internal static class CommonOptions
{
    private const int MaxThreads = 1024;

    /// <summary>The GGUF file.</summary>
    public static Argument<string> Model { get; } = new("model") { Description = "The GGUF file" };

    /// <summary>The attribute's ContextLength.</summary>
    public static Option<int> Context { get; } = new Option<int>("--context")
    {
        Description = "Tokens that a session holds (default: the model's own, at most 4096)",
    }.Between(1, int.MaxValue);

    /// <summary>The attribute's KeyValueFormat.</summary>
    public static Option<KeyValueFormat?> KeyValue { get; } = new("--key-value")
    {
        Description = $"How keys and values are stored: {string.Join(", ", Enum.GetNames<KeyValueFormat>())}",
        CustomParser = result => NamedMember.Parse<KeyValueFormat>(result),
    };

    /// <summary>The attribute's WordPieceRules.</summary>
    public static Option<WordPieceRules> WordPieces { get; } = new("--word-pieces")
    {
        Description = $"How a WordPiece vocabulary cuts words: {string.Join(" (default), ", Enum.GetNames<WordPieceRules>())}",
        CustomParser = result => NamedMember.Parse<WordPieceRules>(result),
    };

    /// <summary>Threads of the forward pass.</summary>
    public static Option<int> Threads { get; } = new Option<int>("--threads")
    {
        Description = "Threads that compute (default: all processors)",
    }.Between(1, MaxThreads);

    /// <summary>Leaves the cache alone.</summary>
    public static Option<bool> NoCache { get; } = new("--no-cache")
    {
        Description = "Compile and pack in memory; read and write no cache",
    };

    /// <summary>Results for other programs.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON" };

    /// <summary>Adds what every command that compiles takes.</summary>
    public static void AddCompiling(Command command)
    {
        command.Arguments.Add(Model);
        command.Options.Add(Context);
        command.Options.Add(KeyValue);
    }

    /// <summary>Adds what every command that computes takes.</summary>
    public static void AddLoading(Command command)
    {
        AddCompiling(command);
        command.Options.Add(NoCache);
    }

    /// <summary>Reads the model's header.</summary>
    /// <exception cref="ModelGenException">The file is missing, or its header cannot be read.</exception>
    public static ModelSource ReadModel(ParseResult result, ClassName? className = null) => ModelSource.Read(
        result.GetRequiredValue(Model),
        new ModelSettings(result.GetValue(Context), result.GetValue(KeyValue), result.GetValue(WordPieces)),
        className);

    /// <summary>Compiles and loads the model, which goes on with texts.</summary>
    /// <exception cref="ModelGenException">The model is not supported, is an encoder, or cannot be read.</exception>
    public static CompiledDecoder LoadModel(ParseResult result, ToolHost host) =>
        LoadDecoder(Loader(result, host), ReadModel(result), new LoadOptions { ThreadCount = result.GetValue(Threads) });

    /// <summary>The same with options of its own.</summary>
    public static CompiledDecoder LoadDecoder(ModelLoader loader, ModelSource source, LoadOptions options) => loader.Load(source, options) switch
    {
        CompiledDecoder decoder => decoder,
        CompiledModel other => throw Refuse(other, "turns texts into vectors and does not go on with them: use modelgen embed"),
    };

    /// <summary>Compiles and loads the model, which turns texts into vectors.</summary>
    /// <exception cref="ModelGenException">The model is not supported, is no encoder, or cannot be read.</exception>
    public static CompiledEncoder LoadEncoder(ParseResult result, ToolHost host) =>
        Loader(result, host).Load(ReadModel(result), new LoadOptions { ThreadCount = result.GetValue(Threads) }) switch
    {
        CompiledEncoder encoder => encoder,
        CompiledModel other => throw Refuse(other, "goes on with texts and does not turn them into vectors: use modelgen run"),
    };

    private static ModelGenException Refuse(CompiledModel model, string what)
    {
        string architecture = model.Info.Architecture;
        model.Dispose();
        return new ModelGenException($"A model of architecture {architecture} {what}.");
    }

    /// <summary>What compiles and loads models.</summary>
    public static ModelLoader Loader(ParseResult result, ToolHost host) => new(host, isCached: !result.GetValue(NoCache));

    /// <summary>Thread counts, with commas between.</summary>
    public static Option<int[]> ThreadList() => new Option<int[]>("--threads")
    {
        Description = "Thread counts, with commas between (default: all processors)",
        CustomParser = NumberList.Parse,
        DefaultValueFactory = _ => [Environment.ProcessorCount],
    }.Each(1, MaxThreads);
}
