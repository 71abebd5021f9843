using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen embed</c>: the vectors of texts.</summary>
internal static class EmbedCommand
{
    private const string NoPooling = "none";

    private static readonly Option<string?> Pooling = new Option<string?>("--pooling")
    {
        Description = "How the vectors of a text's tokens become one: mean, first or last; none: they do not (default: as the file says)",
    }.AcceptOnlyFromAmong("mean", "first", "last", NoPooling);

    private static readonly Option<bool> Ids = new("--ids") { Description = "Read texts that are JSON arrays of ids, with the tokens that start and end them" };

    private static readonly Option<string> Normalize = new Option<string>("--normalize")
    {
        Description = "yes: vectors have the length 1; no: they are as the model gives them",
        DefaultValueFactory = _ => "yes",
    }.AcceptOnlyFromAmong("yes", "no");

    private static readonly Option<int?> Dimensions = new("--dimensions")
    {
        Description = "Leading elements of a vector that are kept, for models that are trained for it (default: all)",
    };

    private static readonly Option<bool> Truncate = new("--truncate")
    {
        Description = "Leave out the tokens of a text behind the context, instead of refusing it",
    };

    private static readonly Option<string?> Prefix = new("--prefix") { Description = "Text that is put before each, such as \"query: \"" };

    private static readonly Option<bool> Sparse = new("--sparse")
    {
        Description =
            "Print weights of terms instead of vectors, a JSON object a line, the largest first, of a model with a head that gives them",
    };

    private static readonly Option<int> MaxTerms = new Option<int>("--max-terms")
    {
        Description = "With --sparse, terms that are kept at most (default: all)",
    }.Between(1, int.MaxValue);

    public static Command Create(ToolHost host)
    {
        Command command = new(
            "embed",
            "Reads texts from standard input, each a JSON string on a line of its own, and prints their vectors, each a JSON array on a line.");
        CommonOptions.AddLoading(command);
        command.Options.Add(CommonOptions.Threads);
        command.Options.Add(CommonOptions.WordPieces);
        command.Options.Add(Pooling);
        command.Options.Add(Ids);
        command.Options.Add(Normalize);
        command.Options.Add(Dimensions);
        command.Options.Add(Truncate);
        command.Options.Add(Prefix);
        command.Options.Add(Sparse);
        command.Options.Add(MaxTerms);
        command.Validators.Add(result =>
        {
            bool isSparse = result.GetValue(Sparse);
            Option[] others = isSparse ? [Pooling, Normalize, Dimensions] : [MaxTerms];
            foreach (Option other in others.Where(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"{other.Name} is for {(isSparse ? "vectors, and not for" : "weights of terms: add")} --sparse.");
            }
        });
        command.SetAction(result => Embed(result, host));
        return command;
    }

    private static void Embed(ParseResult result, ToolHost host)
    {
        using CompiledEncoder model = CommonOptions.LoadEncoder(result, host);
        EmbeddingOptions options = new()
        {
            Pooling = result.GetValue(Pooling) is string pooling and not NoPooling ? Enum.Parse<Pooling>(pooling, ignoreCase: true) : null,
            Normalize = result.GetValue(Normalize) == "yes",
            Dimensions = result.GetValue(Dimensions),
            LongText = result.GetValue(Truncate) ? LongText.Truncate : LongText.Refuse,
            Prefix = result.GetValue(Prefix),
        };

        bool readsIds = result.GetValue(Ids);
        SparseEmbeddingOptions? sparse = result.GetValue(Sparse)
            ? new() { MaxTerms = result.GetResult(MaxTerms) is null ? null : result.GetValue(MaxTerms), LongText = options.LongText }
            : null;
        bool isPooled = result.GetValue(Pooling) != NoPooling;
        IEnumerable<IReadOnlyList<int>> texts = readsIds
            ? JsonLines.ReadIds(host)
            : JsonLines.Read(host).Select(text => model.Tokenizer.EncodeToIds(options.Prefix + text));
        foreach (IReadOnlyList<int> text in texts)
        {
            if (sparse is not null)
            {
                SparseEmbedding terms = ModelCall.Of(() => model.EmbedSparse([text], sparse, host.Cancellation)[0]);
                TermWeights.Write(host.Output, terms, readsIds ? null : model.Tokenizer);
                continue;
            }

            Write(host, ModelCall.Of(() => isPooled
                ? model.Embed([text], options, host.Cancellation)[0]
                : model.EmbedTokens(text, options, host.Cancellation).Vectors.ToArray()));
        }

        host.Output.Flush();
    }

    private static void Write(ToolHost host, IEnumerable<float> vector)
    {
        host.Output.Write('[');
        host.Output.Write(string.Join(',', vector.Select(element => element.ToString("R", CultureInfo.InvariantCulture))));
        host.Output.WriteLine(']');
    }
}
