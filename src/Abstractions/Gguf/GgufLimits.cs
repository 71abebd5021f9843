namespace ModelGen.Gguf;

/// <summary>
/// What a header may claim at most. Real models stay far below; a damaged or hostile file must not cost more than a moment
/// and a few megabytes before it is refused.
/// </summary>
internal static class GgufLimits
{
    /// <summary>Magic, version, tensor count, metadata count: 4 + 4 + 8 + 8 bytes.</summary>
    public const int FixedBytes = 24;

    /// <summary>Vocabulary, scores, merges and an embedded tokenizer file of the largest models together have some 50 MB.</summary>
    public const long MaxHeaderBytes = 256L * 1024 * 1024;

    /// <summary>Models have 20 to 100 keys.</summary>
    public const int MaxMetadataCount = 16 * 1024;

    /// <summary>The largest tables, mixtures with one tensor for each of 256 experts in 61 layers, have 47,000 rows.</summary>
    public const int MaxTensorCount = 64 * 1024;

    /// <summary>The GGUF specification's limit on a key.</summary>
    public const int MaxKeyBytes = 65535;

    /// <summary>ggml has room for 64 bytes; four times that leaves room for other writers.</summary>
    public const int MaxTensorNameBytes = 256;

    /// <summary>ggml's GGML_MAX_DIMS.</summary>
    public const int MaxDimensions = 4;

    /// <summary>
    /// Elements of one tensor, the largest ones have some 2³²: with this, sums over all tensors of elements, packed bytes and operations
    /// stay in 64 bits.
    /// </summary>
    public const long MaxTensorElements = 1L << 40;

    /// <summary>Arrays in arrays: no known key nests at all, and each level is a level of recursion.</summary>
    public const int MaxNesting = 4;

    /// <summary>Keys, text and elements that the header holds in memory; metadata without its vocabulary has about 100 KB.</summary>
    public const long MaxKeptBytes = 16L * 1024 * 1024;

    /// <summary>What a kept element costs in memory beside its text: the record and its place in the array.</summary>
    public const int KeptElementBytes = 64;

    /// <summary>general.alignment where the file does not say, by the specification.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>The specification demands a multiple of eight.</summary>
    public const int MinAlignment = 8;

    /// <summary>64 KiB is the largest base page in use; aligning further serves no mapping.</summary>
    public const int MaxAlignment = 64 * 1024;
}
