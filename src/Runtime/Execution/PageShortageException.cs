using System;

namespace ModelGen.Execution;

/// <summary>There is no memory for another page. Whoever can give pages back may try again.</summary>
internal sealed class PageShortageException(string message, Exception? inner = null) : ModelGenException(message, inner!);
