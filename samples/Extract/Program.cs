using System;
using System.CommandLine;
using System.IO;
using System.Text;
using System.Text.Json;
using ModelGen;
using Samples;

namespace Extract;

/// <summary>The command line: lines of text in, a record of each out.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        GenerationArguments generation = new(tokens: 400, temperature: 0.8f);
        RootCommand command = new(
            "Reads lines of text from standard input and prints what each tells as a record, a line of JSON, by the language model that is compiled into "
            + "this program. It is a small model of children's stories: what it finds is nonsense, the form is right.");
        generation.AddTo(command);
        command.SetAction(result => Extract(generation.Read(result)));
        return command.Parse(args).Invoke();
    }

    private static int Extract(GenerationOptions options)
    {
        Console.OutputEncoding = Encoding.UTF8;
        using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
        try
        {
            using ExtractModel model = ExtractModel.Load();
            using Session session = model.CreateSession();
            while (input.ReadLine() is string line)
            {
                // A model that follows instructions is told what is wanted: put Scene.JsonSchema into the prompt then.
                session.Rewind(0);
                Scene scene = session.Generate<Scene>(line + "\n", options);
                Console.WriteLine(JsonSerializer.Serialize(scene, SceneJson.Default.Scene));
            }

            return 0;
        }
        catch (ModelGenException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
