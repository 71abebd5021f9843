using System.Linq;
using ModelGen.Compare.Worker;
using Shouldly;
using Xunit;

namespace ModelGen.Benchmarks.Tests;

public class TokenStreamTests
{
    [Fact]
    public void OneSeedGivesOneTextWithinTheVocabulary()
    {
        int[] ids = new TokenStream(seed: 7, vocabularySize: 100).Take(1000);
        new TokenStream(seed: 7, vocabularySize: 100).Take(1000).ShouldBe(ids);
        ids.ShouldAllBe(id => id >= 0 && id < 100);
        ids.Distinct().Count().ShouldBeGreaterThan(90);
        new TokenStream(seed: 8, vocabularySize: 100).Take(1000).ShouldNotBe(ids);
    }
}
