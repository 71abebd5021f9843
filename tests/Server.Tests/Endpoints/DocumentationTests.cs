using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ModelGen.Server.Tests.Support;
using Shouldly;
using Xunit;

namespace ModelGen.Server.Tests.Endpoints;

/// <summary>docs/server.md: its lines of C# as they stand there, its endpoints, its options.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Document = File.ReadAllLines(Path.Combine(Root(), "docs", "server.md"));

    [Fact]
    public async Task TheLinesMapModels()
    {
        using CompiledDecoder model = ServedModels.LoadChat();
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();
        using ServerModels models = new();
        models.Add("stories", model);
        app.MapModelGen(models, new ModelGenServerOptions { ApiKeys = ["secret"] });

        // Every endpoint is in the table, and no other one.
        string[] mapped =
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText}"),
        ];
        string[] documented =
        [
            .. Document.Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => Endpoint().Matches(line.Split(" | ")[0]).Select(match => match.Groups[1].Value.Replace("{model}", "{**model}"))),
        ];
        documented.ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public void TheLinesAreInThisFile()
    {
        string[] own = [.. File.ReadAllLines(Path.Combine(Root(), "tests", "Server.Tests", "Endpoints", "DocumentationTests.cs")).Select(line => line.Trim())];
        string[] lines = [.. Document.SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```")];
        lines.Length.ShouldBe(3);
        lines.ShouldAllBe(line => own.Contains(line));
    }

    [Fact]
    public void EveryOptionIsThere()
    {
        string text = string.Join('\n', Document);
        typeof(ModelGenServerOptions).GetProperties().Select(property => property.Name).Where(name => !text.Contains($"`{name}`")).ShouldBeEmpty();
    }

    private static string Root() => ModelGen.Tests.Shared.RepositoryFiles.Root;

    [GeneratedRegex("`((?:GET|POST) /[^`]*)`")]
    private static partial Regex Endpoint();
}
