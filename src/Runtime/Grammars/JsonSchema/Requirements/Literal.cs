namespace ModelGen.Grammars.JsonSchema.Requirements;

/// <summary>That a schema holds of a value, or that it does not.</summary>
/// <param name="Code">Twice the schema's number; one more where it does not hold.</param>
internal readonly record struct Literal(int Code)
{
    /// <summary>The number of the schema, as <see cref="SchemaStates"/> counts.</summary>
    public int Schema => Code >> 1;

    /// <summary>Whether the schema holds.</summary>
    public bool Holds => (Code & 1) == 0;

    /// <summary>The other one.</summary>
    public static Literal operator !(Literal literal) => new(literal.Code ^ 1);
}
