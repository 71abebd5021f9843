using System;
using System.CommandLine;
using System.IO;
using System.Text;
using ModelGen;
using Samples;

namespace Chat;

/// <summary>The command line: a conversation, line by line.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Option<string> system = new("--system")
        {
            Description = "What the model is told before the conversation",
            DefaultValueFactory = _ => "Once upon a time, there was a little girl named Lily. She loved to talk with her mom.",
        };
        GenerationArguments generation = new(tokens: 40, temperature: 0.7f);
        RootCommand command = new("Talks with the language model that is compiled into this program; an empty line ends the conversation.")
        {
            system,
        };
        generation.AddTo(command);

        // The template writes what is said in quotation marks, and a mark ends it.
        command.SetAction(result => Talk(
            result.GetRequiredValue(system), generation.Read(result) with { StopSequences = ["\"", "\n"] }));
        return command.Parse(args).Invoke();
    }

    private static int Talk(string system, GenerationOptions options)
    {
        // Models speak all languages, which a Windows console's own code page may lack.
        Console.OutputEncoding = Encoding.UTF8;
        using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
        bool isTerminal = !Console.IsInputRedirected;
        try
        {
            using ChatModel model = ChatModel.Load();
            using Session session = model.CreateSession();
            Conversation conversation = new(model, session, system, options);
            while (Ask(input, isTerminal) is { Length: > 0 } line)
            {
                // On standard error, so that what is piped on is the answers alone.
                Console.Error.WriteLine(conversation.Say(line, Console.Out));
            }

            return 0;
        }
        catch (ModelGenException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static string? Ask(TextReader input, bool isTerminal)
    {
        if (isTerminal)
        {
            Console.Write("> ");
        }

        return input.ReadLine();
    }
}
