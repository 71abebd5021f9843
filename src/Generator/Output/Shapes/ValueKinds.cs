namespace ModelGen.Generator.Output.Shapes;

/// <summary>Types of numbers with a fraction.</summary>
internal enum RealPrecision
{
    Half,
    Single,
    Double,
    Decimal,
}

/// <summary>Types whose values are texts of a form of their own.</summary>
internal enum TextFormat
{
    Character,
    Guid,
    DateTime,
    DateTimeOffset,
    DateOnly,
    TimeOnly,
    TimeSpan,
    Uri,
}

/// <summary>How a collection is made of a list of its values.</summary>
internal enum ListCollection
{
    /// <summary>It is the list, or an interface of it.</summary>
    List,
    Array,
    HashSet,
    ImmutableArray,
    ImmutableList,
    ImmutableHashSet,

    /// <summary>It is created empty and has a method Add.</summary>
    Other,
}

/// <summary>How a dictionary is made of a dictionary of its values.</summary>
internal enum MapCollection
{
    /// <summary>It is the dictionary, or an interface of it.</summary>
    Dictionary,
    ImmutableDictionary,

    /// <summary>It is created empty and has an indexer.</summary>
    Other,
}
