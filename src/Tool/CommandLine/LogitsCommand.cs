using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Packing;
using ModelGen.Tool.Measuring;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen logits</c>: what a model answers to ids.</summary>
internal static class LogitsCommand
{
    private static readonly Option<int[]> Ids = new("--ids")
    {
        Description = "Ids of the vocabulary, with commas between",
        CustomParser = NumberList.Parse,
        Required = true,
    };

    private static readonly Option<int[]> Source = new("--source")
    {
        Description = "Ids of the text that a model with an encoder (t5) answers, with commas between",
        CustomParser = NumberList.Parse,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Step = new("--step")
    {
        Description = "Evaluate one id at a time, and give the logits after each",
    };

    private static readonly Option<int> Top = new Option<int>("--top")
    {
        Description = "How many of the largest logits to print",
        DefaultValueFactory = _ => 5,
    }.Between(0, int.MaxValue);

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "File for all logits: little-endian float32, [ids with --step, else 1][vocabulary]",
    };

    public static Command Create(ToolHost host)
    {
        Command command = new("logits", "Evaluates ids, all at once or one at a time, and gives the logits after them.");
        CommonOptions.AddLoading(command);
        foreach (Option option in new Option[] { CommonOptions.Threads, Ids, Source, Step, Top, Out, CommonOptions.Json })
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Evaluate(result, host));
        return command;
    }

    private static void Evaluate(ParseResult result, ToolHost host)
    {
        using CompiledDecoder model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        int[] ids = result.GetRequiredValue(Ids);
        int[] source = result.GetRequiredValue(Source);
        Check(ids, model, session);
        Check(source, model, session);
        if (source.Length > 0)
        {
            // The ids are the whole answer, the start token too.
            session.Encode(source);
            session.Rewind(0);
        }

        LogitsReport report;
        if (result.GetValue(Out) is string path)
        {
            List<PositionReport> positions = [];
            AtomicFile.WriteStream(path, file => positions.AddRange(Positions(file)));
            report = new LogitsReport(model.Info.VocabularySize, positions);
        }
        else
        {
            report = new LogitsReport(model.Info.VocabularySize, [.. Positions(Stream.Null)]);
        }

        if (result.GetValue(CommonOptions.Json))
        {
            Json.Write(host.Output, report);
        }
        else
        {
            Print(report, host.Output);
        }

        IEnumerable<PositionReport> Positions(Stream file)
        {
            int batch = result.GetValue(Step) ? 1 : ids.Length;
            for (int start = 0; start < ids.Length; start += batch)
            {
                host.Cancellation.ThrowIfCancellationRequested();
                yield return Position(start, batch, file);
            }
        }

        PositionReport Position(int start, int batch, Stream file)
        {
            ReadOnlySpan<float> logits = session.Evaluate(ids.AsSpan(start, batch));
            WriteLittleEndian(logits, file);
            return new PositionReport(
                session.Position - 1, ids[session.Position - 1], TopLogits.Of(logits, result.GetValue(Top), model.Tokenizer));
        }
    }

    private static void Check(int[] ids, CompiledDecoder model, Session session)
    {
        if (ids.Length > session.ContextLength)
        {
            throw new ModelGenException(string.Create(
                CultureInfo.InvariantCulture,
                $"There are {ids.Length} ids where a session holds {session.ContextLength}; give fewer, or a larger --context."));
        }

        int vocabulary = model.Info.VocabularySize;
        if (ids.Any(id => id >= vocabulary))
        {
            throw new ModelGenException(string.Create(
                CultureInfo.InvariantCulture, $"Id {ids.First(id => id >= vocabulary)} is not in the vocabulary, whose ids are 0 to {vocabulary - 1}."));
        }
    }

    private static void WriteLittleEndian(ReadOnlySpan<float> logits, Stream file)
    {
        if (BitConverter.IsLittleEndian)
        {
            file.Write(MemoryMarshal.AsBytes(logits));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float logit in logits)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes, logit);
            file.Write(bytes);
        }
    }

    private static void Print(LogitsReport report, TextWriter output) => TextTable.Write(
        output,
        ["position>", "id>", "next>", "logit>", "text"],
        report.Positions.SelectMany(position => position.Top.Select(candidate => new[]
        {
            position.Position.ToString(CultureInfo.InvariantCulture),
            position.Id.ToString(CultureInfo.InvariantCulture),
            candidate.Id.ToString(CultureInfo.InvariantCulture),
            candidate.Logit.ToString("F6", CultureInfo.InvariantCulture),
            candidate.Text is null ? "" : Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(candidate.Text, quote: true),
        })));

    /// <param name="Vocabulary">Length of the logits.</param>
    /// <param name="Positions">Where logits were asked for.</param>
    private sealed record LogitsReport(int Vocabulary, IReadOnlyList<PositionReport> Positions);

    /// <param name="Position">Index of the id that the logits come after.</param>
    /// <param name="Id">That id.</param>
    /// <param name="Top">The most likely next tokens.</param>
    private sealed record PositionReport(int Position, int Id, IReadOnlyList<Candidate> Top);
}
