using System;
using System.Diagnostics;
using System.Globalization;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Llama;

/// <summary>The child process that hosts llama.cpp: this program once more, with a verb that its help does not show.</summary>
internal static class LlamaWorker
{
    public const string Verb = "llama-worker";
    public const string EncoderVerb = "llama-encoder";

    /// <summary>
    /// <c>llama-worker worker FOLDER MODEL THREADS CONTEXT</c> obeys commands, <c>llama-worker first FOLDER MODEL THREADS CONTEXT COUNT</c>
    /// evaluates one prompt, <c>llama-worker describe FOLDER</c> says which llama.cpp this is; <c>llama-encoder</c> does the same for a
    /// model that turns texts into vectors.
    /// </summary>
    public static int Run(string[] args)
    {
        // The .NET runtime of this process is no part of llama.cpp: neither its memory nor its start count.
        long hostBytes = ProcessMemory.Current;
        long origin = Stopwatch.GetTimestamp();
        try
        {
            int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
            LlamaLibrary library = new(args[2]);
            if (args[1] == "describe")
            {
                Console.Out.WriteLine($$"""{"version":"{{library.Version}}","library":"{{LlamaLibrary.CpuLibrary}}"}""");
                return 0;
            }

            if (args[0] == EncoderVerb)
            {
                using LlamaEncoder encoder = new(library, args[3], Number(4), Number(5));
                if (args[1] == "first")
                {
                    EncoderLoop.First(encoder, origin, hostBytes, Number(6));
                }
                else
                {
                    EncoderLoop.Run(encoder);
                }

                return 0;
            }

            using LlamaEngine engine = new(library, args[3], Number(4), Number(5));
            if (args[1] == "first")
            {
                WorkerLoop.First(engine, origin, hostBytes, Number(6));
            }
            else
            {
                WorkerLoop.Run(engine, hostBytes);
            }

            return 0;
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
