namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>Random forests that are read as they stand.</summary>
internal static class SeedForests
{
    public const string Leaf = """
        {"version": 1, "features": 1, "classes": [0], "trees": [{"feature": [-2], "threshold": [-2.0], "left": [-1], "right": [-1], "value": [[1.0]]}]}
        """;

    public const string Trees = """
        {
          "version": 1, "features": 4, "classes": [0, 3],
          "trees": [
            {
              "feature": [3, 0, -2, -2, -2], "threshold": [0.30000001192092896, -1.5e-3, -2.0, -2.0, -2.0], "left": [1, 3, -1, -1, -1], "right": [2, 4, -1, -1, -1],
              "value": [[], [7, 8.5], [1.0, 0.0], [3.0, 4.0], [0.5, 0.5]]
            },
            {"value": [[], [1, 0], [0, 9]], "right": [1, -1, -1], "left": [2, -1, -1], "threshold": [12345678.9, 0, 0], "feature": [2, 0, 0]}
          ]
        }
        """;
}
