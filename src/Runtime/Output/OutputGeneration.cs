using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace ModelGen.Output;

/// <summary>Turns an answer, whose text comes in pieces and is JSON of a type, into its value.</summary>
internal static class OutputGeneration
{
    // A value is of no use before it is whole: without other options it may take what the context has room for.
    private static readonly GenerationOptions Defaults = new() { MaxTokens = int.MaxValue };

    /// <summary>Options with the grammar of a type.</summary>
    /// <param name="options">Null for the defaults, without a limit on tokens.</param>
    /// <exception cref="ArgumentException">They have a grammar already.</exception>
    public static GenerationOptions With<T>(GenerationOptions? options)
        where T : IGeneratedOutput<T>
    {
        options ??= Defaults;
        return options.Grammar is null
            ? options with { Grammar = OutputGrammar<T>.Value }
            : throw new ArgumentException($"Grammar is set, and '{typeof(T).Name}' has a grammar of its own; leave it null.", nameof(options));
    }

    /// <summary>The same of a chat's options.</summary>
    /// <param name="options">Null for the defaults, without a limit on tokens.</param>
    /// <exception cref="ArgumentException">They have a grammar already.</exception>
    public static ChatOptions With<T>(ChatOptions? options)
        where T : IGeneratedOutput<T>
    {
        return options is null
            ? new ChatOptions { Generation = With<T>(default(GenerationOptions)) }
            : options with { Generation = With<T>(options.Generation) };
    }

    /// <summary>The value of a whole answer.</summary>
    /// <exception cref="IncompleteOutputException">The pieces ended before the value was complete.</exception>
    public static T Complete<T>(IEnumerable<string> pieces)
        where T : IGeneratedOutput<T>
    {
        OutputProgress progress = new();
        foreach (string piece in pieces)
        {
            progress.Append(piece);
        }

        while (!progress.IsComplete && progress.TryAdvance())
        {
        }

        return progress.IsComplete ? progress.Read<T>().Value : throw new IncompleteOutputException(progress.Text);
    }

    /// <summary>The value each time that another of its properties is complete; at last the whole value.</summary>
    /// <exception cref="IncompleteOutputException">While enumerating: the pieces ended before the value was complete.</exception>
    public static async IAsyncEnumerable<PartialOutput<T>> Stream<T>(
        IAsyncEnumerable<string> pieces, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IGeneratedOutput<T>
    {
        OutputProgress progress = new();
        await foreach (string piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            progress.Append(piece);
            while (!progress.IsComplete && progress.TryAdvance())
            {
                if (!progress.IsComplete)
                {
                    yield return progress.Read<T>();
                }
            }
        }

        yield return progress.IsComplete ? progress.Read<T>() : throw new IncompleteOutputException(progress.Text);
    }
}
