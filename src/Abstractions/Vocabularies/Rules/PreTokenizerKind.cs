namespace ModelGen.Vocabularies;

/// <summary>
/// How a byte-pair vocabulary cuts text into words before it merges their bytes, and a WordPiece vocabulary before it looks them up; the
/// numbers stand in packed vocabularies. Several names of tokenizer.ggml.pre may cut alike (<see cref="PreTokenizerRules"/>).
/// </summary>
internal enum PreTokenizerKind
{
    /// <summary>The vocabulary has none, or one that ModelGen does not have.</summary>
    None = 0,

    Default = 1,
    Gpt2 = 2,
    Llama3 = 3,
    Qwen2 = 4,
    Qwen35 = 5,
    DeepSeekLlm = 6,
    DeepSeekCoder = 7,
    DeepSeek3 = 8,
    Falcon = 9,
    StarCoder = 10,
    Bloom = 11,
    Viking = 12,
    Tekken = 13,
    Gpt4o = 14,
    Chameleon = 15,
    SeedCoder = 16,
    BailingMoe = 17,
    Ufakzeka = 18,
    Laguna = 19,
    MiniCpm5 = 20,
    Lines = 21,
    Bert = 22,
    LlamaCppBert = 23,
}
