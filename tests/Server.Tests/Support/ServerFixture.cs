using System.Threading.Tasks;
using Xunit;

namespace ModelGen.Server.Tests.Support;

/// <summary>A server that the tests of a class share.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
