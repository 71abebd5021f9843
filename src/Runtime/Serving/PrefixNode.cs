using System;
using System.Collections.Generic;
using ModelGen.Execution;

namespace ModelGen.Serving;

/// <summary>
/// A page's worth of a text that is kept for others that begin alike, behind what its parent has. One that has fewer ids than a page has
/// positions has no children.
/// </summary>
internal sealed class PrefixNode
{
    /// <param name="parent">What comes before; null: it is the root, which has no ids.</param>
    /// <param name="ids">Its ids, as many as a page has positions at most.</param>
    /// <param name="pages">Of each state class the page that has them.</param>
    public PrefixNode(PrefixNode? parent, int[] ids, Page[] pages)
    {
        Parent = parent;
        Ids = ids;
        Pages = pages;
        Use = new LinkedListNode<PrefixNode>(this);
    }

    /// <summary>What comes before.</summary>
    public PrefixNode? Parent { get; }

    /// <summary>Its ids.</summary>
    public int[] Ids { get; }

    /// <summary>Of each state class the page that has them.</summary>
    public Page[] Pages { get; }

    /// <summary>The state of a fixed size behind its last id; null: there is none.</summary>
    public Page? State { get; set; }

    /// <summary>Its place among all by their use.</summary>
    public LinkedListNode<PrefixNode> Use { get; }

    /// <summary>What texts go on with.</summary>
    public List<PrefixNode> Children { get; } = [];

    /// <summary>The child that has most of a text's first ids.</summary>
    /// <param name="text">The ids.</param>
    /// <param name="isWhole">Whether the text must have all of the child's.</param>
    /// <param name="common">How many both have.</param>
    public PrefixNode? FindChild(ReadOnlySpan<int> text, bool isWhole, out int common)
    {
        PrefixNode? best = null;
        common = 0;
        foreach (PrefixNode child in Children)
        {
            int length = text.CommonPrefixLength(child.Ids);
            if (length > common && (!isWhole || length == child.Ids.Length))
            {
                common = length;
                best = child;
            }
        }

        return best;
    }
}
