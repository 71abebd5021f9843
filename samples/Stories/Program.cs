using System;
using System.CommandLine;
using System.Text;
using ModelGen;

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
        Option<int> tokens = new("--tokens")
        {
            Description = "The most tokens to generate",
            DefaultValueFactory = _ => 200,
        };
        Option<float> temperature = new("--temperature")
        {
            Description = "Higher is more surprising; 0 takes the most likely token each time",
            DefaultValueFactory = _ => 0.8f,
        };
        Option<ulong?> seed = new("--seed")
        {
            Description = "Tells the same story again; without it, each story is another",
        };
        Option<bool> ids = new("--ids")
        {
            Description = "Print the ids of the generated tokens instead of text",
        };
        tokens.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--tokens is at least 1.");
            }
        });
        temperature.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<float>() is >= 0 and < float.PositiveInfinity))
            {
                result.AddError("--temperature is a number of at least 0.");
            }
        });

        RootCommand command = new("Tells a story with the language model that is compiled into this program.")
        {
            prompt,
            tokens,
            temperature,
            seed,
            ids,
        };
        command.SetAction(result => Tell(
            result.GetRequiredValue(prompt),
            new GenerationOptions
            {
                MaxTokens = result.GetValue(tokens),
                Temperature = result.GetValue(temperature),
                Seed = result.GetValue(seed),
            },
            result.GetValue(ids)));
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
