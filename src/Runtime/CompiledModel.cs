using System;
using System.Globalization;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen;

/// <summary>
/// A model that was compiled into the program: one that goes on with a text (<see cref="CompiledDecoder"/>) or one that turns texts into vectors
/// (<see cref="CompiledEncoder"/>). The class that carries <see cref="GgufModelAttribute"/> derives from one of them and adds the static method
/// <c>Load</c>.
/// </summary>
/// <remarks>Safe for use by several threads.</remarks>
public abstract class CompiledModel : IDisposable
{
    private int _disposed;

    private protected CompiledModel(PackedModel packed, ModelDescription description, LoadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(packed);
        ArgumentNullException.ThrowIfNull(description);
        try
        {
            InstructionSet instructionSet = InstructionSets.Current;
            Tokenizer = packed.CreateTokenizer(description.PreTokenizer);
            if (Tokenizer.VocabularySize != description.VocabularySize)
            {
                throw new ModelGenException(
                    $"{packed.DisplayName} has a vocabulary of {Tokenizer.VocabularySize} tokens where the program expects {description.VocabularySize}; build the project again.");
            }

            Info = new ModelInfo(
                packed.Header.ModelName,
                description.Architecture,
                description.ParameterCount,
                description.ContextLength,
                description.VocabularySize,
                packed.Header.HeaderHash + "-" + packed.Header.LayoutVersion.ToString(CultureInfo.InvariantCulture),
                instructionSet,
                new MemoryPlan(description.WeightBytes, description.State.BytesOf(description.ContextLength), description.ScratchBytes));
            Resources = new ModelResources(packed, new WorkerPool((options ?? new LoadOptions()).EffectiveThreadCount));
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>What the model is.</summary>
    public ModelInfo Info { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    private protected ModelResources Resources { get; }

    /// <summary>
    /// Gives up the weights and the threads. Sessions that are still open, and calls that are under way, keep both until they end too.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Resources.ReleaseModel();
        }

        GC.SuppressFinalize(this);
    }
}
