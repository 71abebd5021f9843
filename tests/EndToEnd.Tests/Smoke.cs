using System;
using ModelGen.EndToEnd.Tests.Harness;
using Xunit;
namespace ModelGen.EndToEnd.Tests;
public class Smoke
{
    [Theory]
    [InlineData("stories260K-f32")]
    [InlineData("stories260K-f16-tied")]
    [InlineData("tok105-f32")]
    [InlineData("tok105-Q8_0")]
    [InlineData("tok105-Q4_0")]
    [InlineData("demo-stories-Q8_0")]
    [InlineData("demo-stories-F16")]
    [InlineData("llama-2-tiny-random")]
    public void Run(string name)
    {
        string dir = "/work/shared/data/models/";
        using CompiledModel model = ModelCompiler.Load(dir + name + ".gguf");
        Truth truth = Truth.Read(dir + name + ".truth.json");
        foreach (TruthCase c in truth.Cases)
        {
            using Session s = model.CreateSession();
            ReadOnlySpan<float> logits = s.Evaluate(c.PromptIds);
            int same = 0; double worst = 0; bool diverged = false;
            for (int i = 0; i < c.Ids.Length; i++)
            {
                int best = 0; for (int j = 1; j < logits.Length; j++) if (logits[j] > logits[best]) best = j;
                foreach (double[] t in c.Steps[i].Top) worst = Math.Max(worst, Math.Abs(logits[(int)t[0]] - t[1]));
                if (best != c.Ids[i]) { if (!diverged) Console.WriteLine($"   step {i}: {best} not {c.Ids[i]} gap {c.Steps[i].Top[0][1]-c.Steps[i].Top[1][1]}"); diverged = true; }
                if (!diverged) same++;
                if (i + 1 < c.Ids.Length) logits = s.Evaluate([c.Ids[i]]);
            }
            Console.WriteLine($"{name}: same {same}/{c.Ids.Length} worst logit {worst:G3}");
        }
    }
}
