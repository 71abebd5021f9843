using System;
using System.CommandLine;
using System.Text;
using ModelGen;
using Samples;

namespace Stories;

/// <summary>The command line: what to tell, and how.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Option<string> prompt = new("--prompt")
        {
            Description = "How the story begins",
            DefaultValueFactory = _ => "Once upon a time",
        };
        Option<bool> ids = new("--ids")
        {
            Description = "Print the ids of the generated tokens instead of text",
        };

        GenerationArguments generation = new(tokens: 200, temperature: 0.8f);
        RootCommand command = new("Tells a story with the language model that is compiled into this program.")
        {
            prompt,
            ids,
        };
        generation.AddTo(command);
        command.SetAction(result => Tell(result.GetRequiredValue(prompt), generation.Read(result), result.GetValue(ids)));
        return command.Parse(args).Invoke();
    }

    private static int Tell(string prompt, GenerationOptions options, bool printIds)
    {
        // Stories have dashes and quotation marks, which a Windows console's own code page may lack.
        Console.OutputEncoding = Encoding.UTF8;
        try
        {
            using StoriesModel model = StoriesModel.Load();
            using Session session = model.CreateSession();
            Figures figures = Storyteller.Tell(model, session, prompt, options, printIds, Console.Out);

            // On standard error, so that what is piped on is the story alone.
            Console.Error.WriteLine(figures);
            return 0;
        }
        catch (ModelGenException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
