namespace ModelGen.Kernels.Benchmarks;

/// <summary>What one invocation of a benchmark does.</summary>
/// <param name="Bytes">Bytes of weights, or of key/value cache, that it reads.</param>
/// <param name="Operations">Multiplications and additions.</param>
internal readonly record struct Work(double Bytes, double Operations);
