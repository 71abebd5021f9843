using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text;
using ModelGen;

namespace Search;

/// <summary>The command line: a question in, the texts that answer it best out.</summary>
internal static class Program
{
    private const int Shown = 3;

    private static int Main(string[] args)
    {
        Argument<string> question = new("question") { Description = "What is asked" };
        Option<string> texts = new("--texts")
        {
            Description = "A folder of texts, files whose names end with .txt",
            DefaultValueFactory = _ => Path.Combine("samples", "Search", "texts"),
        };
        RootCommand command = new("Finds the texts of a folder that answer a question best, by the embedding model that is compiled into this program.");
        command.Arguments.Add(question);
        command.Options.Add(texts);
        command.SetAction(result => Search(result.GetRequiredValue(question), result.GetRequiredValue(texts)));
        return command.Parse(args).Invoke();
    }

    private static int Search(string question, string folder)
    {
        Console.OutputEncoding = Encoding.UTF8;
        try
        {
            using SearchModel model = SearchModel.Load();
            TextIndex index = TextIndex.Read(model, folder);
            foreach ((string path, float score) in index.Find(question, Shown))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score:F3}  {Path.GetFileName(path)}"));
            }

            return 0;
        }
        catch (Exception error) when (error is ModelGenException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // ArgumentException: a question or a text without any token.
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
