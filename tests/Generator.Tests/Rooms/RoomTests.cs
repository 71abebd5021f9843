using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Rooms;

/// <summary>Uses between a project's folders go one way, so that each can be read and changed with those that it uses alone.</summary>
public sealed class RoomTests
{
    [Theory]
    [InlineData("Generator", "ModelGen.Generator", "ModelGen.Generator")]
    [InlineData("Abstractions", "ModelGen.Abstractions", "ModelGen")]

    // What programs call and what emitted code calls name what is behind them, which names their types.
    [InlineData("Runtime", "ModelGen.Runtime", "ModelGen", "ModelGen", "ModelGen.CompilerServices")]
    public void NoTwoRoomsUseEachOther(string project, string assembly, string hall, params string[] aside)
    {
        SourceRooms rooms = SourceRooms.Read(project, assembly, hall);
        rooms.Errors.ShouldBeEmpty();
        rooms.Misplaced.ShouldBeEmpty();
        rooms.Cycles(aside).ShouldBeEmpty();
    }
}
