using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>
/// Maps the GGUF keys and tensor names of one architecture to a <see cref="ModelSpec"/>. Adding an architecture is one file with a
/// subclass and its entry in <see cref="Known"/>.
/// </summary>
internal abstract class Architecture
{
    private static readonly Architecture[] Known = [new LlamaArchitecture(), new Qwen2Architecture(), new Qwen3Architecture()];

    /// <summary>general.architecture of its files.</summary>
    public abstract string Name { get; }

    /// <summary>Names of the supported architectures.</summary>
    public static IEnumerable<string> Names => Known.Select(architecture => architecture.Name);

    /// <summary>Reads the spec off a header, or says all that is wrong with it.</summary>
    public static Recognition Recognise(GgufHeader header)
    {
        string name = header.Find("general.architecture")?.Text ?? "";
        Architecture? architecture = Known.FirstOrDefault(candidate => candidate.Name == name);
        if (architecture is null)
        {
            return Refused([SpecProblem.Create(SpecProblemKind.UnsupportedArchitecture, name, string.Join(", ", Names))]);
        }

        var query = new HeaderQuery(header, name);
        ModelSpec spec = architecture.Read(query);
        if (query.Problems.Count == 0)
        {
            query.RefuseTheRest();
        }

        return query.Problems.Count == 0 ? new Recognition(spec, EquatableArray<SpecProblem>.Empty) : Refused(query.Problems);
    }

    /// <summary>Asks the header for everything; what it answers after a problem was noted is a placeholder and is thrown away.</summary>
    protected abstract ModelSpec Read(HeaderQuery header);

    /// <summary>The conditions that tie head counts and dimensions together.</summary>
    protected static void CheckHeads(HeaderQuery header, int heads, int keyValueHeads, int headDimension, int rotaryDimensions)
    {
        if (heads % keyValueHeads != 0)
        {
            header.Refuse("attention.head_count_kv", $"is {keyValueHeads}, which does not divide attention.head_count = {heads}");
        }

        if (rotaryDimensions > headDimension || rotaryDimensions % 2 != 0)
        {
            header.Refuse("rope.dimension_count", $"is {rotaryDimensions}; it must be even and at most the head's {headDimension}");
        }
    }

    private static Recognition Refused(IEnumerable<SpecProblem> problems) => new(null, problems.ToEquatableArray());
}
