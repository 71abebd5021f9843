using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes how an encoder's vectors leave it.</summary>
internal sealed class VectorsEmitter : RowStepEmitter<VectorsStep>
{
    protected override void EmitRow(SourceWriter writer, ModelPlan plan, VectorsStep step)
    {
        string bytes = $"{step.Length}L * sizeof(float)";
        writer.Line($"Buffer.MemoryCopy({Expressions.Row(plan, step.Input, "row")}, s->Rows[row].Logits, {bytes}, {bytes});");
    }
}
