using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace ModelGen.Compare.Building;

/// <summary>
/// Makes the copies of a packed model, which a build leaves in several folders, links to one file: weights have gigabytes. Only files
/// that are replaced whole are linked; a link to one that is written in place would change with it.
/// </summary>
internal static partial class SharedCopies
{
    /// <param name="folder">The folder with all copies.</param>
    /// <param name="original">One of them.</param>
    public static void Link(string folder, string original)
    {
        FileInfo source = new(original);
        foreach (FileInfo copy in new DirectoryInfo(folder).EnumerateFiles(source.Name, SearchOption.AllDirectories).ToList())
        {
            // Files of one length, one name and one build differ in nothing.
            if (copy.FullName == source.FullName || copy.Length != source.Length)
            {
                continue;
            }

            string link = copy.FullName + ".link";
            if (CreateLink(source.FullName, link) != 0)
            {
                throw new InvalidOperationException($"{copy.FullName} cannot be linked: error {Marshal.GetLastPInvokeError()}.");
            }

            File.Move(link, copy.FullName, overwrite: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateLink(string existing, string created);
}
