using System.Collections.Generic;
using System.Globalization;

namespace ModelGen.Generator.Forests.Reading;

/// <summary>Reads the JSON of a forest (docs/routing.md).</summary>
internal static class ForestReader
{
    private const int Version = 1;

    private static readonly string[] ForestMembers = ["version", "features", "classes", "trees"];

    private static readonly string[] TreeMembers = ["feature", "threshold", "left", "right", "value"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">The text is no forest; the message is one sentence that names the place and the mend.</exception>
    public static ForestContent Read(string text)
    {
        JsonCursor json = new(text);
        int features = 0;
        int[] classes = [];
        TreeContent[] trees = [];
        int nodes = 0;
        json.ReadObject(ForestMembers, name =>
        {
            switch (name)
            {
                case "version":
                    json.ReadInteger(Version, Version);
                    break;
                case "features":
                    features = json.ReadInteger(1, ForestLimits.MaxFeatures);
                    break;
                case "classes":
                    classes = json.ReadArray(ForestLimits.MaxClasses, () => json.ReadInteger(int.MinValue, int.MaxValue));
                    break;
                default:
                    trees = json.ReadArray(ForestLimits.MaxNodes, ReadTree);
                    break;
            }
        });
        json.ReadEnd();
        return new ForestContent(features, classes, trees);

        TreeContent ReadTree()
        {
            TreeContent tree = TreeOf(json);
            nodes += tree.Left.Length;
            return nodes <= ForestLimits.MaxNodes
                ? tree
                : throw json.Error(string.Format(
                    CultureInfo.InvariantCulture,
                    "the trees have more than {0:N0} nodes; train fewer trees, or give max_depth or min_samples_leaf",
                    ForestLimits.MaxNodes));
        }
    }

    private static TreeContent TreeOf(JsonCursor json)
    {
        Dictionary<string, int[]> integers = [];
        double[] threshold = [];
        double[][] value = [];
        json.ReadObject(TreeMembers, name =>
        {
            switch (name)
            {
                case "threshold":
                    threshold = json.ReadArray(ForestLimits.MaxNodesOfTree, json.ReadNumber);
                    break;
                case "value":
                    value = json.ReadArray(ForestLimits.MaxNodesOfTree, () => json.ReadArray(ForestLimits.MaxClasses, json.ReadNumber));
                    break;
                default:
                    integers[name] = json.ReadArray(ForestLimits.MaxNodesOfTree, () => json.ReadInteger(int.MinValue, int.MaxValue));
                    break;
            }
        });
        return new TreeContent(integers["feature"], threshold, integers["left"], integers["right"], value);
    }
}
