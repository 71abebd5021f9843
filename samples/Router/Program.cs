using System;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using ModelGen;
using Samples;

namespace Router;

/// <summary>The command line: a prompt in; which of two models answers it, and what.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        Argument<string> prompt = new("prompt") { Description = "How a story begins, or six letters A, B and C" };
        Option<double> threshold = new("--threshold")
        {
            Description = "The probability that B is wrong from which on A answers: 0 has A answer all prompts, 1 next to none",
            DefaultValueFactory = _ => 0.5,
        };
        threshold.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 1))
            {
                result.AddError("--threshold is a number from 0 to 1.");
            }
        });

        GenerationArguments generation = new(tokens: 40, temperature: 0.7f);
        RootCommand command = new("Answers a prompt by one of two language models that are compiled into this program; a forest, compiled too, says by which.")
        {
            prompt,
            threshold,
        };
        generation.AddTo(command);
        command.SetAction(result => Run(models => Tell(models, result.GetRequiredValue(prompt), generation.Read(result)), result.GetValue(threshold)));

        Command label = new("label", "Reads prompts with the right words, a JSON object a line, and prints what a forest is trained with.");
        label.SetAction(_ => Run(models => PromptLabels.Write(models, Console.In, Console.Out), threshold: 0));
        command.Subcommands.Add(label);
        return command.Parse(args).Invoke();
    }

    private static int Run(Action<RoutedModels> action, double threshold)
    {
        Console.OutputEncoding = Encoding.UTF8;
        Console.InputEncoding = Encoding.UTF8;
        try
        {
            using RoutedModels models = new(threshold);
            action(models);
            return 0;
        }
        catch (Exception error) when (error is ModelGenException or ArgumentException or JsonException)
        {
            // ArgumentException: a prompt without any token.
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static void Tell(RoutedModels models, string prompt, GenerationOptions options)
    {
        Route route = models.Choose(prompt);
        Console.WriteLine(route);
        foreach (string piece in models.Answer(route.Choice, prompt, options))
        {
            Console.Write(piece);
        }

        Console.WriteLine();
    }
}
