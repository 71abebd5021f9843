using System;
using System.IO;
using ModelGen.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>Both ways of reserving a file's space.</summary>
public sealed class DiskSpaceTests : IDisposable
{
    private const int Length = (1 << 20) + 4097;

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void ReservesZeros()
    {
        using (FileStream file = new(_path, FileMode.Create))
        {
            DiskSpace.Reserve(file, Length);
        }

        File.ReadAllBytes(_path).ShouldBe(new byte[Length]);
    }

    [Fact]
    public void WritesZerosWhereTheSystemCannotReserveThem()
    {
        using (FileStream file = new(_path, FileMode.Create))
        {
            DiskSpace.WriteZeros(file, Length);
        }

        File.ReadAllBytes(_path).ShouldBe(new byte[Length]);
    }

    [Fact]
    public void RefusesWhatNoDiskHolds()
    {
        using FileStream file = new(_path, FileMode.Create);
        Should.Throw<IOException>(() => DiskSpace.Reserve(file, long.MaxValue));
    }
}
