namespace ModelGen.Compare.Measuring;

/// <summary>Units of tables.</summary>
internal static class Units
{
    public const double BytesPerMegabyte = 1e6;

    public const double BytesPerGigabyte = 1e9;
}
