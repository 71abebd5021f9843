using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>Models as users have them: replaced, linked, named in every way; what is built is what lies there.</summary>
public sealed class ModelItemTests(PackageFixture packages)
{
    private const string Copied = "bin/Release/net10.0/stories.weights";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>
    /// The program says what its packed weights give, and what the GGUF file that lies there gives when it is packed in memory. Times never
    /// help: every file that comes is older than what was made of the one before.
    /// </summary>
    [Fact]
    public async Task WhatIsBuiltIsTheModelThatLiesThere()
    {
        CleanProject project = new(packages, "Replaced");
        project.Write("App.csproj", CleanProject.ProjectFile("Exe"));
        project.Write("Program.cs", """
            using System;
            using Library;
            using ModelGen;

            Console.WriteLine("packed: " + Answer(Stories.Load()));
            Console.WriteLine("there: " + Answer(Stories.Load(args[0])));

            static string Answer(Stories model)
            {
                using (model)
                {
                    using Session session = model.CreateSession();
                    HashCode hash = default;
                    foreach (float logit in session.Evaluate([1, 2, 3]))
                    {
                        hash.Add(BitConverter.SingleToInt32Bits(logit));
                    }

                    // Within one process only: hash codes differ from one to the next.
                    int code = hash.ToHashCode();
                    return code + " " + model.Info.Fingerprint;
                }
            }
            """);
        string model = project.PathOf("stories.gguf");
        byte[] original = await File.ReadAllBytesAsync(model, _cancellation);
        List<byte[]> weights = [await RunAsync(original)];

        // A fine-tune: the same header and length, other weights.
        byte[] tuned = [.. original];
        for (int i = tuned.Length - 100_000; i < tuned.Length; i += 7)
        {
            tuned[i] ^= 1;
        }

        weights.Add(await RunAsync(tuned));

        // The same length, another header.
        byte[] renamed = [.. original];
        byte[] key = "general.name"u8.ToArray();
        const int TypeAndLength = sizeof(int) + sizeof(long);
        renamed[renamed.AsSpan().IndexOf(key) + key.Length + TypeAndLength] ^= 1;
        weights.Add(await RunAsync(renamed));

        // A link, as downloaders' caches have them, and another file behind it.
        Directory.CreateDirectory(project.PathOf("blobs"));
        string blob = project.PathOf("blobs/0123");
        File.Move(model, blob);
        File.CreateSymbolicLink(model, "blobs/0123");
        model = blob;
        weights.Add(await RunAsync(tuned));
        weights[3].ShouldBe(weights[1]);
        weights.Take(3).Select(Convert.ToHexString).ShouldBeUnique();

        // A copy beside the program of which half was written, later than the weights that were copied, and one of another model.
        string copied = project.PathOf(Copied);
        await File.WriteAllBytesAsync(copied, weights[3][..5000], _cancellation);
        File.SetLastWriteTimeUtc(copied, DateTime.UtcNow.AddYears(1));
        (await RunAsync(tuned)).ShouldBe(weights[3]);
        await File.WriteAllBytesAsync(copied, weights[0], _cancellation);
        File.SetLastWriteTimeUtc(copied, DateTime.UtcNow.AddYears(1));
        (await RunAsync(tuned)).ShouldBe(weights[3]);

        async Task<byte[]> RunAsync(byte[] content)
        {
            await File.WriteAllBytesAsync(model, content, _cancellation);
            File.SetLastWriteTimeUtc(model, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            string log = await project.DotnetAsync(_cancellation, "run", "-c", "Release", "--", "stories.gguf");
            string packed = Line(log, "packed: ");
            packed.ShouldNotBeEmpty(log);
            Line(log, "there: ").ShouldBe(packed);
            return await File.ReadAllBytesAsync(project.PathOf(Copied), _cancellation);
        }
    }

    /// <summary>One project with all of them: a folder, models and a template whose names mean something to MSBuild, to the compiler's options or to C#.</summary>
    [Fact]
    public async Task EveryNameTravelsWhole()
    {
        string[] names = ["m#1;2%3B it's \"q\", ü模.gguf", "sha256-0123abcd", "llama-3.2", "small/model.gguf", "large/model.gguf"];
        const string Template = "c#;'% \"x\".jinja";
        CleanProject project = new(packages, "c# ü, it's 100% \"x\"");
        File.Delete(project.PathOf("stories.gguf"));
        File.Delete(project.PathOf("Stories.cs"));
        Directory.CreateDirectory(project.PathOf("small"));
        Directory.CreateDirectory(project.PathOf("large"));
        StringBuilder classes = new("using ModelGen;\nnamespace App;\n");
        StringBuilder loads = new();
        for (int i = 0; i < names.Length; i++)
        {
            await File.WriteAllBytesAsync(project.PathOf(names[i]), new TinyModel { Name = "model " + i, Layers = 1, Seed = i }.ToArray(), _cancellation);
            string literal = names[i].Replace("\"", "\"\"", StringComparison.Ordinal);
            classes.Append(CultureInfo.InvariantCulture, $"[GgufModel(@\"{literal}\")] public sealed partial class Model{i};\n");
            loads.Append(CultureInfo.InvariantCulture, $"Model{i}.Load(), ");
        }

        project.Write(Template, "T:{{ messages[0].content }}");
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" Version="{PackageFixture.Version}" />
                <GgufModel Include="m#1%3B2%253B it%27s &quot;q&quot;, ü模.gguf;sha256-0123abcd;llama-3.2;small/model.gguf;large/model.gguf"
                           ChatTemplate="c#%3B%27%25 &quot;x&quot;.jinja" />
              </ItemGroup>
            </Project>
            """);
        project.Write("Models.cs", classes.ToString());
        project.Write("Program.cs", $$"""
            using System;
            using App;
            using ModelGen;

            foreach (CompiledDecoder model in new CompiledDecoder[] { {{loads}} })
            {
                Console.WriteLine($"{model.GetType().Name}: {model.Info.Name}, {model.ChatTemplate?.Render([ChatMessage.User("hi")])}");
            }
            """);

        // Build, build again, publish: each finds every model, and the second does nothing.
        string[] expected = [.. names.Select((_, i) => $"Model{i}: model {i}, T:hi")];
        await project.DotnetAsync(_cancellation, "build", "--nologo");
        Run(project.PathOf("bin/Debug/net10.0")).ShouldBe(expected);
        string again = await project.DotnetAsync(_cancellation, "build", "--nologo", "-v:n");
        again.ShouldNotContain("Wrote obj");
        again.ShouldNotContain("Packed ");
        again.ShouldNotContain("Copying file");

        string[] publish = ["publish", "--nologo", "-p:PublishSingleFile=true", "--self-contained", "false", "--use-current-runtime"];
        await project.DotnetAsync(_cancellation, publish);
        string published = Directory.GetDirectories(project.PathOf("bin/Release"), "publish", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.Exists(Path.Combine(published, "App.dll")).ShouldBeFalse("it is a single file");
        Run(published).ShouldBe(expected);

        Directory.Exists(Path.Combine(published, "small")).ShouldBeFalse("its weights are in the program");

        // Beside the program, what was half published is published again.
        publish = [.. publish, "-p:ModelGenWeights=Sidecar"];
        await project.DotnetAsync(_cancellation, [.. publish, "--no-restore"]);
        Run(published).ShouldBe(expected);
        await File.WriteAllBytesAsync(Path.Combine(published, "small", "model.weights"), new byte[5000], _cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(published, "small", "model.weights"), DateTime.UtcNow.AddYears(1));
        await project.DotnetAsync(_cancellation, [.. publish, "--no-restore"]);
        Run(published).ShouldBe(expected);
    }

    private static string Line(string log, string start) => string.Concat(
        log.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]));

    private static string[] Run(string folder)
    {
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "App.exe" : "App"))
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
