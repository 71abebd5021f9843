namespace ModelGen.Grammars.Json;

/// <summary>How a JSON string may be spelled.</summary>
internal enum JsonTextForm
{
    /// <summary>In every way of RFC 8259: any character may be escaped.</summary>
    Any,

    /// <summary>
    /// As writers of JSON do: printable ASCII as itself, but for the escapes of the quotation mark and of the backslash; control characters
    /// escaped; others as themselves or escaped. Where an ASCII text is known there is one way only.
    /// </summary>
    Plain,
}
