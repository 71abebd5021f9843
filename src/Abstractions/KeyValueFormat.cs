namespace ModelGen;

/// <summary>How a session stores the keys and values of past tokens. docs/kernels.md has the layouts and their errors.</summary>
public enum KeyValueFormat
{
    /// <summary>
    /// 16-bit integers with a scale a key and a value: half the bytes of <see cref="Float32"/>, and a few times nearer to it than half floats
    /// would be. The default.
    /// </summary>
    Int16,

    /// <summary>Floats, as computed. Twice the bytes of <see cref="Int16"/>.</summary>
    Float32,

    /// <summary>
    /// 8-bit integers with a scale for every 32 elements of a key and one for a value: about half the bytes of <see cref="Int16"/>, for long
    /// contexts and models with many key/value heads. Answers differ as much as between two quantisations of 8 bits.
    /// </summary>
    Int8,
}
