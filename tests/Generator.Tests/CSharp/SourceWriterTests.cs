using ModelGen.Generator.CSharp;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.CSharp;

/// <summary>Indentation of emitted text.</summary>
public sealed class SourceWriterTests
{
    [Fact]
    public void BlocksIndentAndLinesKeepTheirOwnIndentation()
    {
        var writer = new SourceWriter();
        using (writer.Block("class C"))
        {
            writer.Line("int x =\n    1;\n\nint y;");
            using (writer.Block("void M()", close: "};"))
            {
                writer.Lines(["a();", "b();"]);
            }

            writer.Line();
        }

        writer.ToString().ShouldBe(
            "class C\n{\n    int x =\n        1;\n\n    int y;\n    void M()\n    {\n        a();\n        b();\n    };\n\n}\n");
    }
}
