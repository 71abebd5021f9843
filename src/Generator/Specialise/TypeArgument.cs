using System.Collections.Generic;

namespace ModelGen.Generator.Specialise;

/// <summary>A type argument of a kernel: a struct without fields, whose static properties are constants of the K-file.</summary>
/// <param name="Name">Its name in the kernel.</param>
/// <param name="Interface">The interface that has the constants.</param>
/// <param name="Constants">The constants' names.</param>
internal sealed record TypeArgument(string Name, string Interface, IReadOnlyList<string> Constants)
{
    /// <summary>Shape of a product.</summary>
    public static readonly TypeArgument ProductShape = new("TShape", "IProductShape", ["Columns", "InputStride", "Accumulate"]);

    /// <summary>Rows of activations that a call of a product does.</summary>
    public static readonly TypeArgument ProductRows = new("TRows", "IProductRows", ["PrefetchBytes"]);

    /// <summary>Tile of an attention's kernel.</summary>
    public static readonly TypeArgument Tile = new("TTile", "ITile", []);

    /// <summary>Whether there are dot products of bytes.</summary>
    public static readonly TypeArgument Dot = new("TDot", "IDotProducts", [KernelFile.DotConstant]);
}
