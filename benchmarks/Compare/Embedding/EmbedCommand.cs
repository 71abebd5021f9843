using System;
using System.CommandLine;
using System.IO;

namespace ModelGen.Compare.Embedding;

/// <summary><c>embed</c>: encoders beside llama.cpp and ONNX Runtime.</summary>
internal static class EmbedCommand
{
    private static readonly Argument<string[]> Models = new("models")
    {
        Description = "GGUF files of encoders",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Onnx = new("--onnx")
    {
        Description = "The same model as an ONNX file in floats (for all-MiniLM-L6-v2 a NuGet package has it)",
    };

    public static Command Create(
        Option<int[]> threads, Option<int> repetitions, Option<bool> aot, Option<string?> llamaDirectory, Option<string?> lockFile)
    {
        Command command = new("embed", "Measures how fast texts become vectors, one at a time and in batches.")
        {
            Models,
            Onnx,
            threads,
            repetitions,
            aot,
            llamaDirectory,
            lockFile,
        };
        command.SetAction(result =>
        {
            EmbedOptions options = new(
                result.GetRequiredValue(Models),
                result.GetValue(Onnx),
                result.GetRequiredValue(threads),
                result.GetValue(repetitions),
                result.GetValue(aot),
                result.GetValue(llamaDirectory),
                result.GetValue(lockFile));
            try
            {
                new EmbedComparison(options, Console.Error.WriteLine).Run(Console.Out.WriteLine);
                return 0;
            }
            catch (Exception error) when (error is InvalidOperationException or IOException or InvalidDataException or ModelGenException)
            {
                Console.Error.WriteLine(error.Message);
                return 1;
            }
        });
        return command;
    }
}
