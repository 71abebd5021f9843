using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>What an encoder gives: the vectors of those rows that are to leave one, where each says.</summary>
/// <param name="Input">Buffer of vectors.</param>
/// <param name="Length">Floats of one.</param>
internal sealed record VectorsStep(string Input, int Length) : Step("Vectors", "a vector of each row that leaves one")
{
    public override EquatableArray<BufferUse> Uses => new[] { BufferUse.Read(Input) }.ToEquatableArray();
}
