using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>Schemas that were once something else than a GrammarException.</summary>
public sealed class GrammarCases
{
    [Fact]
    public void ASchemaThatIsNoTextIsRefused()
    {
        Refusal("{ \ud89f }").ShouldStartWith("The schema has half of a surrogate pair");
        Refusal("{ \"const\": \"\\ud89f\" }").ShouldStartWith("The schema has a text with half of a surrogate pair");
        Refusal("{ 5 }").ShouldStartWith("The schema is not JSON: ");
    }

    private static string Refusal(string schema) => Should.Throw<GrammarException>(() => Grammar.FromJsonSchema(schema)).Message;
}
