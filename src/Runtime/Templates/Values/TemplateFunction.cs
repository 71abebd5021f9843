using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Templates;

/// <summary>What a template can call.</summary>
/// <param name="name">Its name.</param>
/// <param name="body">What it does.</param>
internal sealed class TemplateFunction(string name, Func<TemplateArguments, TemplateValue> body)
{
    public string Name => name;

    public TemplateValue Invoke(TemplateArguments arguments)
    {
        // A macro may call itself.
        return RuntimeHelpers.TryEnsureSufficientExecutionStack()
            ? body(arguments)
            : throw new ChatTemplateException($"macro '{name}' calls itself too often");
    }
}
