using System;

namespace ModelGen.Tool.Terminal;

/// <summary>Shows nothing: nobody looks at a file or a pipe.</summary>
internal sealed class SilentActivity : IActivity
{
    public T Run<T>(string what, Func<Action<double>, T> work) => work(_ => { });
}
