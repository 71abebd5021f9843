using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace ModelGen.Tasks;

/// <summary>One file of packed weights in a NuGet package.</summary>
internal sealed class PackageWeights
{
    /// <summary>The package's folder of weights.</summary>
    public const string Folder = "weights";

    private readonly ITaskItem _item;

    private PackageWeights(ITaskItem item, string targetPath, Version framework)
    {
        _item = item;
        TargetPath = targetPath;
        Framework = framework;
    }

    /// <summary>Where a program looks for the weights, from its folder.</summary>
    public string TargetPath { get; }

    /// <summary>Name of the file in the package.</summary>
    public string FileName => Path.GetFileName(_item.ItemSpec);

    /// <summary>The oldest version of .NET for which the library has the model.</summary>
    public Version Framework { get; private set; }

    /// <summary>Reads what a project's frameworks give, each file once.</summary>
    /// <exception cref="ModelGenException">Two frameworks have different weights of one name.</exception>
    public static IReadOnlyList<PackageWeights> Read(IEnumerable<ITaskItem> items)
    {
        List<PackageWeights> files = [];
        foreach (ITaskItem item in items)
        {
            string targetPath = item.GetMetadata("TargetPath");
            Version framework = Version.Parse(item.GetMetadata("TargetFrameworkVersion"));
            PackageWeights? earlier = files.Find(file => string.Equals(file.TargetPath, targetPath, StringComparison.OrdinalIgnoreCase));
            if (earlier is null)
            {
                files.Add(new PackageWeights(item, targetPath, framework));
            }
            else if (earlier._item.ItemSpec != item.ItemSpec && !HaveSameContent(earlier._item.ItemSpec, item.ItemSpec))
            {
                throw new ModelGenException(
                    $"'{targetPath}' of .NET {earlier.Framework} and of .NET {framework} are of different models; give one of the models another file name.");
            }
            else if (framework < earlier.Framework)
            {
                earlier.Framework = framework;
            }
        }

        return files;
    }

    /// <summary>The file as an item that goes into the package.</summary>
    public ITaskItem ToPackageFile()
    {
        TaskItem file = new(_item);
        file.SetMetadata("PackagePath", ItemText.Escape($"{Folder}/{FileName}"));
        return file;
    }

    private static bool HaveSameContent(string one, string other)
    {
        using FileStream first = File.OpenRead(one);
        using FileStream second = File.OpenRead(other);
        if (first.Length != second.Length)
        {
            return false;
        }

        byte[] firstBlock = new byte[1 << 20];
        byte[] secondBlock = new byte[1 << 20];
        while (true)
        {
            int length = ReadBlock(first, firstBlock);
            if (length != ReadBlock(second, secondBlock) || !firstBlock.AsSpan(0, length).SequenceEqual(secondBlock.AsSpan(0, length)))
            {
                return false;
            }

            if (length == 0)
            {
                return true;
            }
        }
    }

    private static int ReadBlock(FileStream stream, byte[] block)
    {
        int length = 0;
        while (length < block.Length && stream.Read(block, length, block.Length - length) is int read and > 0)
        {
            length += read;
        }

        return length;
    }
}
