using System;
using System.IO;
using System.Linq;
using System.Reflection;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Routing;
using ModelGen.Tests.Shared;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>Forests of tests, and classes that name them.</summary>
internal static class ForestSample
{
    /// <summary>Two trees over two features: one split with two leaves, and a leaf alone.</summary>
    public const string Small = """
        {
          "version": 1,
          "features": 2,
          "classes": [0, 1, 3],
          "trees": [
            {
              "feature": [1, -2, -2],
              "threshold": [0.1, -2.0, -2.0],
              "left": [1, -1, -1],
              "right": [2, -1, -1],
              "value": [[], [1.0, 0.0, 3.0], [0.0, 2.0, 0.0]]
            },
            {"feature": [-2], "threshold": [-2], "left": [-1], "right": [-1], "value": [[0.5, 0.5, 0]]}
          ]
        }
        """;

    /// <summary>A file of the folder Truth beside the tests.</summary>
    public static string Truth(string name) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "tests", "Generator.Tests", "Forests", "Truth", name));

    public static MemoryText TextOf(string text, string path = "/project/router.json") => new(path, text);

    /// <summary>A source file with a class over a forest.</summary>
    public static string Class(string name = "Router", string fileName = "router.json") => $$"""
        using ModelGen.Routing;

        namespace Compiled;

        /// <summary>A forest.</summary>
        [RandomForest("{{fileName}}")]
        public sealed partial class {{name}}
        {
        }

        """;

    public static GeneratorRun Run(string text) => GeneratorRun.Start([Class()], TextOf(text));

    /// <summary>Compiles a forest, and creates it.</summary>
    public static CompiledForest Compile(string text) =>
        (CompiledForest)Activator.CreateInstance(Assembly.Load(Run(text).Compile()).GetTypes().Single(type => type.FullName == "Compiled.Router"))!;
}
