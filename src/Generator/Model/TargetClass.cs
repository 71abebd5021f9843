namespace ModelGen.Generator.Model;

/// <summary>The class that carries the attribute, by value.</summary>
/// <param name="Namespace">Its namespace as C# spells it; empty for the global one.</param>
/// <param name="Name">Its name as C# spells it.</param>
/// <param name="FileName">The attribute's file name.</param>
/// <param name="ContextLength">The attribute's context length; 0 where it names none.</param>
/// <param name="KeyValueFormat">The attribute's format of keys and values, whatever number was cast to it.</param>
/// <param name="IsPartial">Whether it is declared partial.</param>
/// <param name="IsPlain">Whether the generator can write into it; MGEN012 says what it must not be.</param>
internal sealed record TargetClass(
    string Namespace,
    string Name,
    string FileName,
    int ContextLength,
    KeyValueFormat KeyValueFormat,
    bool IsPartial,
    bool IsPlain)
{
    /// <summary>Full name without the @ of keywords, the stem of the generated files' names.</summary>
    public string FullName => (Namespace.Length == 0 ? Name : Namespace + "." + Name).Replace("@", "");
}
