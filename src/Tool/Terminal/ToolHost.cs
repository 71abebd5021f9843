using System.IO;
using System.Threading;

namespace ModelGen.Tool.Terminal;

/// <summary>What the commands know of the world around them.</summary>
/// <param name="Input">What a command reads.</param>
/// <param name="Output">Where results go, and nothing else.</param>
/// <param name="Error">Where it is said why there are none.</param>
/// <param name="Activity">Where work that takes a while is shown.</param>
/// <param name="CacheFolder">Where compiled models are kept.</param>
/// <param name="Cancellation">Ends a command.</param>
internal sealed record ToolHost(
    TextReader Input, TextWriter Output, TextWriter Error, IActivity Activity, string CacheFolder, CancellationToken Cancellation);
