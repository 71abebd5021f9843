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
    private static readonly Architecture[] Known =
    [
        new LlamaArchitecture(),
        new Llama4Architecture(),
        new Mistral3Architecture(),
        new DeciArchitecture(),
        new BitNetArchitecture(),
        new OpenElmArchitecture(),
        new QwenArchitecture(),
        new Qwen2Architecture(),
        new Qwen2MoeArchitecture(),
        new Qwen3Architecture(),
        new Qwen3MoeArchitecture(),
        new Qwen2VLArchitecture(),
        new Qwen3VLArchitecture(),
        new Qwen3VLMoeArchitecture(),
        new MellumArchitecture(),
        new Qwen3NextArchitecture(),
        new Qwen35Architecture(),
        new Qwen35MoeArchitecture(),
        new Lfm2Architecture(),
        new Lfm2MoeArchitecture(),
        new Rwkv6Architecture(),
        new Rwkv7Architecture(),
        new Arwkv7Architecture(),
        new MambaArchitecture(),
        new Mamba2Architecture(),
        new JambaArchitecture(),
        new GraniteHybridArchitecture(),
        new NemotronHArchitecture(),
        new NemotronHMoeArchitecture(),
        new FalconH1Architecture(),
        new GemmaArchitecture(),
        new Gemma2Architecture(),
        new Gemma3Architecture(),
        new Gemma3nArchitecture(),
        new Gemma4Architecture(),
        new Phi2Architecture(),
        new Phi3Architecture(),
        new PhiMoeArchitecture(),
        new Gpt2Architecture(),
        new GptNeoXArchitecture(),
        new FalconArchitecture(),
        new StarCoderArchitecture(),
        new StarCoder2Architecture(),
        new StableLmArchitecture(),
        new OlmoArchitecture(),
        new Olmo2Architecture(),
        new OlmoeArchitecture(),
        new GraniteArchitecture(),
        new GraniteMoeArchitecture(),
        new SmolLm3Architecture(),
        new InternLm2Architecture(),
        new CommandRArchitecture(),
        new Cohere2Architecture(),
        new Cohere2MoeArchitecture(),
        new ExaoneArchitecture(),
        new Exaone4Architecture(),
        new ExaoneMoeArchitecture(),
        new MiniCpmArchitecture(),
        new BloomArchitecture(),
        new MptArchitecture(),
        new GptOssArchitecture(),
        new DbrxArchitecture(),
        new ChatGlmArchitecture(),
        new Glm4Architecture(),
        new Glm4MoeArchitecture(),
        new Ernie45Architecture(),
        new Ernie45MoeArchitecture(),
        new PaddleOcrArchitecture(),
        new HunyuanDenseArchitecture(),
        new HunyuanMoeArchitecture(),
        new HunyuanVLArchitecture(),
        new HyV3Architecture(),
        new DeepSeekArchitecture(),
        new DeepSeek2Architecture(),
        new DeepSeek2OcrArchitecture(),
        new Mistral4Architecture(),
        new KimiLinearArchitecture(),
        new MiniCpm3Architecture(),
        new PlmArchitecture(),
        new Dots1Architecture(),
        new BailingMoeArchitecture(),
        new BailingMoe2Architecture(),
        new MiniMaxM2Architecture(),
        new AfmoeArchitecture(),
        new GrokArchitecture(),
        new SmallThinkerArchitecture(),
        new SeedOssArchitecture(),
        new PlamoArchitecture(),
        new Plamo2Architecture(),
        new Plamo3Architecture(),
        new NemotronArchitecture(),
        new BaichuanArchitecture(),
        new OrionArchitecture(),
        new XverseArchitecture(),
        new CodeShellArchitecture(),
        new RefactArchitecture(),
        new JaisArchitecture(),
        new Jais2Architecture(),
        new MaincoderArchitecture(),
        new NanbeigeArchitecture(),
        new PanguEmbeddedArchitecture(),
        new ArceeArchitecture(),
        new ApertusArchitecture(),
        new BertArchitecture(),
        new NomicBertArchitecture(),
        new NomicBertMoeArchitecture(),
        new JinaBert2Architecture(),
        new JinaBert3Architecture(),
        new ModernBertArchitecture(),
        new NeoBertArchitecture(),
        new EuroBertArchitecture(),
        new GemmaEmbeddingArchitecture(),
        new T5EncoderArchitecture(),
        new T5Architecture(),
    ];

    /// <summary>general.architecture of its files.</summary>
    public abstract string Name { get; }

    /// <summary>Names of the supported architectures.</summary>
    public static IEnumerable<string> Names => Known.Select(architecture => architecture.Name);

    /// <summary>Reads the spec off a header, or says all that is wrong with it.</summary>
    public static Recognition Recognise(GgufHeader header)
    {
        if (SplitModel.ProblemOf(header) is SpecProblem part)
        {
            return Refused([part]);
        }

        string name = header.Find("general.architecture")?.Text ?? "";
        Architecture? architecture = Known.FirstOrDefault(candidate => candidate.Name == name);
        if (architecture is null)
        {
            // The names are ours, and all of them are told, however many there are.
            string[] arguments = [GgufText.OneLine(name), string.Join(", ", Names)];
            return Refused([new SpecProblem(SpecProblemKind.UnsupportedArchitecture, arguments.ToEquatableArray())]);
        }

        var query = new HeaderQuery(header, name);
        ModelSpec spec = architecture.Read(query);
        query.NoteTokenizer();
        query.RefuseTheRest(spec);
        return query.Problems.Count == 0
            ? new Recognition(spec with { ShapeHash = ShapeHash.Of(name, query.Answers, header.Tensors) }, EquatableArray<SpecProblem>.Empty)
            : Refused(query.Problems);
    }

    /// <summary>Asks the header for everything; what it answers after a problem was noted is a placeholder and is thrown away.</summary>
    protected abstract ModelSpec Read(HeaderQuery header);

    private static Recognition Refused(IEnumerable<SpecProblem> problems) => new(null, problems.ToEquatableArray());
}
