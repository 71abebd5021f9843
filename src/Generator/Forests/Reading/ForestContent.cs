using System.Collections.Generic;

namespace ModelGen.Generator.Forests.Reading;

/// <summary>What a forest's file says, not checked but for its shape.</summary>
/// <param name="FeatureCount">Numbers that the forest reads.</param>
/// <param name="Classes">The classes by their numbers.</param>
/// <param name="Trees">The trees.</param>
internal sealed record ForestContent(int FeatureCount, int[] Classes, IReadOnlyList<TreeContent> Trees);

/// <summary>A tree: what each of its nodes is, the root first.</summary>
/// <param name="Feature">The feature that a node looks at; of a leaf any number.</param>
/// <param name="Threshold">Up to where the feature leads to the left; of a leaf any number.</param>
/// <param name="Left">The left child; -1 of a leaf.</param>
/// <param name="Right">The right child; -1 of a leaf.</param>
/// <param name="Value">A leaf's weight or probability of each class; of a node with children it says nothing.</param>
internal sealed record TreeContent(int[] Feature, double[] Threshold, int[] Left, int[] Right, double[][] Value);
