using System.ComponentModel;
using ModelGen.Tokenization.PreTokenization;
using ModelGen.Tokenization.WordPieces;
using ModelGen.Vocabularies;

namespace ModelGen.CompilerServices;

/// <summary>
/// Cuts text into the words that a byte-pair or WordPiece vocabulary writes, each by itself. Emitted code names the one of its model, so that
/// the program has no other.
/// </summary>
/// <remarks>
/// Those of byte-pair vocabularies give the pieces that llama.cpp's regular expressions of the same name give, by a scanner over code points: those expressions need
/// Unicode's classes beyond the characters of UTF-16, and the Unicode version that the vocabulary was made with.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PreTokenizer
{
    private protected PreTokenizer()
    {
    }

    /// <summary>tokenizer.ggml.pre "default", and files without that key.</summary>
    public static PreTokenizer Default =>
        new PassPreTokenizer(
            PreTokenizerKind.Default, Pass.Of<FalconPunctuation>(), Pass.Of<Gpt2Words>(), Pass.Of<NumberRuns>(), Pass.Of<ThreeDigits>());

    /// <summary>"gpt-2" and its like.</summary>
    public static PreTokenizer Gpt2 => new PassPreTokenizer(PreTokenizerKind.Gpt2, Pass.Of<Gpt2Words>());

    /// <summary>"llama-bpe" and its like.</summary>
    public static PreTokenizer Llama3 => new PassPreTokenizer(PreTokenizerKind.Llama3, Pass.Of<Words<Llama3Rules>>());

    /// <summary>"qwen2" and its like.</summary>
    public static PreTokenizer Qwen2 => new PassPreTokenizer(PreTokenizerKind.Qwen2, Pass.Of<Words<Qwen2Rules>>());

    /// <summary>"qwen35".</summary>
    public static PreTokenizer Qwen35 => new PassPreTokenizer(PreTokenizerKind.Qwen35, Pass.Of<Words<Qwen35Rules>>());

    /// <summary>"deepseek-llm".</summary>
    public static PreTokenizer DeepSeekLlm =>
        new PassPreTokenizer(
            PreTokenizerKind.DeepSeekLlm, Pass.Of<LineBreak>(), Pass.Of<DeepSeekLetters>(), Pass.Of<DeepSeekPunctuation>(),
            Pass.Of<TrailingSpaces>(), Pass.Of<DeepSeekIdeographs>(), Pass.Of<NumberRuns>());

    /// <summary>"deepseek-coder".</summary>
    public static PreTokenizer DeepSeekCoder =>
        new PassPreTokenizer(
            PreTokenizerKind.DeepSeekCoder, Pass.Of<LineBreak>(), Pass.Of<SpacedLetters>(), Pass.Of<SpacedPunctuation>(),
            Pass.Of<DeepSeekIdeographs>(), Pass.Of<Digit>());

    /// <summary>"deepseek-v3" and its like.</summary>
    public static PreTokenizer DeepSeek3 =>
        new PassPreTokenizer(
            PreTokenizerKind.DeepSeek3, Pass.Of<UpToThreeDigits>(), Pass.Of<Ideographs>(), Pass.Of<DeepSeek3Words>());

    /// <summary>"falcon".</summary>
    public static PreTokenizer Falcon =>
        new PassPreTokenizer(
            PreTokenizerKind.Falcon, Pass.Of<FalconPunctuationAndGrave>(), Pass.Of<Gpt2Words>(), Pass.Of<ThreeDigits>());

    /// <summary>"starcoder" and its like.</summary>
    public static PreTokenizer StarCoder => new PassPreTokenizer(PreTokenizerKind.StarCoder, Pass.Of<Digit>(), Pass.Of<Gpt2Words>());

    /// <summary>"bloom" and its like.</summary>
    public static PreTokenizer Bloom => new PassPreTokenizer(PreTokenizerKind.Bloom, Pass.Of<BloomWords>());

    /// <summary>"viking".</summary>
    public static PreTokenizer Viking => new PassPreTokenizer(PreTokenizerKind.Viking, Pass.Of<BloomWords>(), Pass.Of<Digit>());

    /// <summary>"tekken".</summary>
    public static PreTokenizer Tekken => new PassPreTokenizer(PreTokenizerKind.Tekken, Pass.Of<CasedWords<TekkenRules>>());

    /// <summary>"gpt-4o" and its like.</summary>
    public static PreTokenizer Gpt4o => new PassPreTokenizer(PreTokenizerKind.Gpt4o, Pass.Of<CasedWords<Gpt4oRules>>());

    /// <summary>"chameleon".</summary>
    public static PreTokenizer Chameleon =>
        new PassPreTokenizer(
            PreTokenizerKind.Chameleon, Pass.Of<ChameleonSentinel>(), Pass.Of<ChameleonImage>(), Pass.Of<ChameleonSpaces>(),
            Pass.Of<Digit>(), Pass.Of<PunctuationMark>(), Pass.Of<Gpt2Words>());

    /// <summary>"seed-coder".</summary>
    public static PreTokenizer SeedCoder => new PassPreTokenizer(PreTokenizerKind.SeedCoder, Pass.Of<Words<SeedCoderRules>>());

    /// <summary>"bailingmoe" and its like.</summary>
    public static PreTokenizer BailingMoe => new PassPreTokenizer(PreTokenizerKind.BailingMoe, Pass.Of<Words<Qwen2Rules>>());

    /// <summary>"ufakzeka".</summary>
    public static PreTokenizer Ufakzeka => new PassPreTokenizer(PreTokenizerKind.Ufakzeka, Pass.Of<Words<UfakzekaRules>>());

    /// <summary>"laguna".</summary>
    public static PreTokenizer Laguna => new PassPreTokenizer(PreTokenizerKind.Laguna, Pass.Of<Lines>(), Pass.Of<Words<Qwen2Rules>>());

    /// <summary>"minicpm5".</summary>
    public static PreTokenizer MiniCpm5 =>
        new PassPreTokenizer(
            PreTokenizerKind.MiniCpm5, Pass.Of<UpToThreeDigits>(), Pass.Of<Words<MiniCpm5Rules>>());

    /// <summary>"gemma4" and its like: lines.</summary>
    public static PreTokenizer Lines => new PassPreTokenizer(PreTokenizerKind.Lines, Pass.Of<Lines>());

    /// <summary><see cref="WordPieceRules.Bert"/>.</summary>
    public static PreTokenizer Bert => new BertWords();

    /// <summary><see cref="WordPieceRules.LlamaCpp"/>.</summary>
    public static PreTokenizer LlamaCppBert => new LlamaCppBertWords();

    internal abstract PreTokenizerKind Kind { get; }

    /// <summary>The pre-tokenizer of a kind that is only known at run time; null for none.</summary>
    internal static PreTokenizer? Of(PreTokenizerKind kind) => kind switch
    {
        PreTokenizerKind.Default => Default,
        PreTokenizerKind.Gpt2 => Gpt2,
        PreTokenizerKind.Llama3 => Llama3,
        PreTokenizerKind.Qwen2 => Qwen2,
        PreTokenizerKind.Qwen35 => Qwen35,
        PreTokenizerKind.DeepSeekLlm => DeepSeekLlm,
        PreTokenizerKind.DeepSeekCoder => DeepSeekCoder,
        PreTokenizerKind.DeepSeek3 => DeepSeek3,
        PreTokenizerKind.Falcon => Falcon,
        PreTokenizerKind.StarCoder => StarCoder,
        PreTokenizerKind.Bloom => Bloom,
        PreTokenizerKind.Viking => Viking,
        PreTokenizerKind.Tekken => Tekken,
        PreTokenizerKind.Gpt4o => Gpt4o,
        PreTokenizerKind.Chameleon => Chameleon,
        PreTokenizerKind.SeedCoder => SeedCoder,
        PreTokenizerKind.BailingMoe => BailingMoe,
        PreTokenizerKind.Ufakzeka => Ufakzeka,
        PreTokenizerKind.Laguna => Laguna,
        PreTokenizerKind.MiniCpm5 => MiniCpm5,
        PreTokenizerKind.Lines => Lines,
        PreTokenizerKind.Bert => Bert,
        PreTokenizerKind.LlamaCppBert => LlamaCppBert,
        _ => null,
    };
}
