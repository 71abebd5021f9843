using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelGen;
using ModelGen.Server;
using Samples;

namespace Server;

/// <summary>The command line: a web server that answers with the demo model.</summary>
internal static class Program
{
    private const string ModelName = "demo-stories";
    private const string Page = "index.html";

    private static Task<int> Main(string[] args)
    {
        Option<string> url = new("--url")
        {
            Description = "Where the server listens; other machines reach it only where this names an address of theirs",
            DefaultValueFactory = _ => "http://127.0.0.1:8080",
        };
        Option<string[]> keys = new("--api-key")
        {
            Description = "A key that requests must bring; may be given several times",
            DefaultValueFactory = _ => [],
        };
        GenerationArguments generation = new(tokens: 120, temperature: 0.7f);
        RootCommand command = new("Serves the language model that is compiled into this program: OpenAI's interface, and a page for a browser.")
        {
            url,
            keys,
        };
        generation.AddTo(command);

        // The template writes what is said in quotation marks, and a mark ends it.
        command.SetAction((result, cancellationToken) => Serve(
            result.GetRequiredValue(url),
            new ModelGenServerOptions
            {
                ApiKeys = result.GetRequiredValue(keys),
                Generation = generation.Read(result) with { StopSequences = ["\"\n"] },
            },
            cancellationToken));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> Serve(string url, ModelGenServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using ServerModel model = ServerModel.Load();
            await using ServerModels models = new();
            models.Add(ModelName, model);

            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls(url);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            await using WebApplication app = builder.Build();
            app.MapModelGen(models, options);
            app.MapGet("/", ShowPageAsync);
            await app.StartAsync(cancellationToken);
            Console.WriteLine($"{model.Info.Name} answers at {string.Join(", ", app.Urls)} ({model.Info.InstructionSet}); Ctrl+C ends it.");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception error) when (error is ModelGenException or IOException or FormatException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static async Task ShowPageAsync(HttpContext context)
    {
        // Nothing from elsewhere: what the page is made of stands in it.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'";
        context.Response.ContentType = "text/html; charset=utf-8";
        await using Stream page = typeof(Program).Assembly.GetManifestResourceStream(Page)!;
        await page.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
