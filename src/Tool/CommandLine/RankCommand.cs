using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen rank</c>: how well documents answer a query.</summary>
internal static class RankCommand
{
    // Documents that are scored at once: the weights are read once for several of them.
    private const int DocumentsAtOnce = 64;

    private static readonly Option<string?> Query = new("--query") { Description = "The query that documents are to answer" };

    private static readonly Option<bool> Ids = new("--ids")
    {
        Description = "Read JSON arrays of ids, each a query and a document with all that stands around them, instead of documents",
    };

    private static readonly Option<bool> Truncate = new("--truncate")
    {
        Description = "Cut the longer of query and document to the context, instead of refusing them",
    };

    private static readonly Option<bool> OneType = new("--one-type")
    {
        Description = "Give the document's tokens type 0, as llama.cpp does, where the model has types",
    };

    private static readonly Option<string?> Label = new("--label") { Description = "Whose score is printed, of a model with several labels" };

    public static Command Create(ToolHost host)
    {
        Command command = new(
            "rank",
            "Reads documents from standard input, each a JSON string on a line of its own, and prints how well each answers a query, "
                + "a number a line.");
        CommonOptions.AddLoading(command);
        command.Options.Add(CommonOptions.Threads);
        command.Options.Add(CommonOptions.WordPieces);
        command.Options.Add(Query);
        command.Options.Add(Ids);
        command.Options.Add(Truncate);
        command.Options.Add(OneType);
        command.Options.Add(Label);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Query) is null == !result.GetValue(Ids))
            {
                result.AddError("Give one of --query, for documents, and --ids, for pairs that are ids already.");
            }
        });
        command.SetAction(result => Rank(result, host));
        return command;
    }

    private static void Rank(ParseResult result, ToolHost host)
    {
        using CompiledEncoder model = CommonOptions.LoadEncoder(result, host);
        RankingOptions options = new()
        {
            MarksDocument = !result.GetValue(OneType),
            LongText = result.GetValue(Truncate) ? LongText.Truncate : LongText.Refuse,
            Label = result.GetValue(Label),
        };
        IEnumerable<float> scores = result.GetValue(Query) is string query
            ? JsonLines.Read(host).Chunk(DocumentsAtOnce)
                .SelectMany(documents => ModelCall.Of(() => model.Rank(query, documents, options, host.Cancellation)))
            : JsonLines.ReadIds(host).Chunk(DocumentsAtOnce)
                .SelectMany(pairs => ModelCall.Of(() => model.Rank(pairs, options, host.Cancellation)));
        foreach (float score in scores)
        {
            host.Output.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));
        }

        host.Output.Flush();
    }
}
