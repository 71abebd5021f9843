using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen;
using ModelGen.Extensions.AI;
using Samples;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;

namespace Agent;

/// <summary>The command line: questions in, the model's calls and answers out.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        Option<bool> free = new("--free")
        {
            Description = "Leaves it to the model whether it calls a function; without it, it must call one first",
        };
        GenerationArguments generation = new(tokens: 120, temperature: 0.7f);
        RootCommand command = new(
            "Answers questions from standard input with a language model that is compiled into this program and may call two functions of it. It is a "
            + "small model of children's stories: what it asks is nonsense, the form is right.")
        {
            free,
        };
        generation.AddTo(command);
        command.SetAction((result, cancellationToken) => Answer(
            generation.Read(result) with { StopSequences = ["\"\n"] }, result.GetValue(free), cancellationToken));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> Answer(GenerationOptions generation, bool isFree, CancellationToken cancellationToken)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
        try
        {
            using AgentModel model = AgentModel.Load();
            using IChatClient client = new FunctionInvokingChatClient(
                model.AsIChatClient(new ModelGen.ChatOptions { Generation = generation }));
            while (await input.ReadLineAsync(cancellationToken) is { Length: > 0 } question)
            {
                CallOptions options = new()
                {
                    Tools = [.. Almanac.Functions],
                    ToolMode = isFree ? ChatToolMode.Auto : ChatToolMode.RequireAny,
                    AllowMultipleToolCalls = false,
                };
                Write(await client.GetResponseAsync(question, options, cancellationToken));
            }

            return 0;
        }
        catch (ModelGenException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static void Write(ChatResponse response)
    {
        foreach (AIContent content in response.Messages.SelectMany(message => message.Contents))
        {
            switch (content)
            {
                case FunctionCallContent call:
                    string arguments = string.Join(", ", call.Arguments!.Select(argument => $"{argument.Key}: {argument.Value}"));
                    Console.WriteLine($"-> {call.Name}({arguments})");
                    break;
                case FunctionResultContent result:
                    Console.WriteLine($"<- {result.Result}");
                    break;
                case TextContent text:
                    Console.WriteLine(text.Text.Trim());
                    break;
            }
        }
    }
}
