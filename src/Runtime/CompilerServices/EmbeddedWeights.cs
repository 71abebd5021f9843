using System.IO;
using System.Reflection;
using ModelGen.Packing;

namespace ModelGen.CompilerServices;

/// <summary>Packed weights that are a resource of the assembly that was compiled with the model (<c>ModelGenWeights</c> is <c>Embed</c>).</summary>
internal static class EmbeddedWeights
{
    /// <summary>Opens them; null where the assembly has none of this name.</summary>
    /// <param name="assembly">The assembly with the model's class.</param>
    /// <param name="name">Name of the packed file.</param>
    public static Stream? Open(Assembly assembly, string name) => assembly.GetManifestResourceStream(PackedFileName.ResourceOf(name));
}
