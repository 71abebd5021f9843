using System.Threading.Tasks;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>A program that says what depends on a culture where it is not minded, built and run once in the invariant one.</summary>
public sealed class CultureProject(PackageFixture packages) : IAsyncLifetime
{
    internal const string Invariant = "Invariant";

    internal SourceTree Tree { get; } = new(packages, "Cultures");

    /// <summary>What the program printed, without its first line.</summary>
    internal string[] Lines { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        // What a template computes, cut from Jinja: case, numbers, times.
        Tree.WriteModel("m.gguf", "Iğdır", template:
            """{{ (messages[0].content | upper) ~ (messages[0].content | lower) ~ (messages[0].content | title) }} {{ 1234.5 }} {{ -3 }} {{ '1.5' | float }} {{ strftime_now('%Y %B') }}""");
        Tree.Write("App.csproj", SourceTree.ProjectFile("Exe", """<GgufModel Include="m.gguf" />""", "<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>"));
        Tree.Write("Program.cs", """
            using System;
            using System.Globalization;
            using ModelGen;

            Console.OutputEncoding = System.Text.Encoding.UTF8;
            Console.WriteLine("culture: " + CultureInfo.CurrentCulture.Name);
            using Model model = Model.Load();
            using Session session = model.CreateSession();
            Console.WriteLine("rendered: " + model.ChatTemplate!.Render([ChatMessage.User("Iı iİ title")]));
            Console.WriteLine("ids: " + string.Join(' ', model.Tokenizer.EncodeToIds("a Title in I")));
            foreach (string piece in session.Generate("title", new GenerationOptions { Temperature = 0.7f, TopP = 0.9f, Seed = 7, MaxTokens = 8 }))
            {
                Console.WriteLine("piece: " + piece);
            }

            [GgufModel("m.gguf")]
            public sealed partial class Model;
            """);
        await Tree.DotnetAsync(TestContext.Current.CancellationToken, "build", "--nologo", "-c", Invariant);
        Lines = (await Tree.RunAsync($"bin/{Invariant}/net10.0/App.dll", TestContext.Current.CancellationToken))[1..];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
