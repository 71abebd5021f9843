using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;

namespace ModelGen.Extensions.AI;

/// <summary>A compiled encoder as a generator of embeddings.</summary>
internal sealed class CompiledEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string ProviderName = "modelgen";

    private readonly CompiledEncoder _model;
    private readonly EmbeddingOptions _options;
    private readonly bool _ownsModel;
    private readonly EmbeddingGeneratorMetadata _metadata;

    public CompiledEmbeddingGenerator(CompiledEncoder model, EmbeddingOptions options, bool ownsModel)
    {
        int dimensions = options.Dimensions ?? model.VectorLength;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, model.VectorLength, nameof(options));
        _model = model;
        _options = options;
        _ownsModel = ownsModel;
        _metadata = new EmbeddingGeneratorMetadata(ProviderName, providerUri: null, model.Info.Name, dimensions);
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);

        // Here, on the caller's thread: what it gives may be changed when the call has returned.
        string[] texts = [.. values];
        EmbeddingOptions own = options?.RawRepresentationFactory?.Invoke(this) as EmbeddingOptions ?? _options;
        if (options?.Dimensions is int dimensions)
        {
            own = own with { Dimensions = dimensions };
        }

        return Task.Run(() => Generate(texts, own, cancellationToken), cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_model) ? _model
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : null;
    }

    public void Dispose()
    {
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, EmbeddingOptions options, CancellationToken cancellationToken)
    {
        // Once to ids, which are counted and read.
        var ids = new IReadOnlyList<int>[texts.Length];
        long tokens = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(texts[i], "values");
            ids[i] = _model.Tokenizer.EncodeToIds(options.Prefix + texts[i]);
            tokens += Math.Min(ids[i].Count, _model.Info.ContextLength);
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        GeneratedEmbeddings<Embedding<float>> embeddings = new(texts.Length)
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
        foreach (float[] vector in _model.Embed(ids, options, cancellationToken))
        {
            embeddings.Add(new Embedding<float>(vector) { ModelId = _metadata.DefaultModelId, CreatedAt = now });
        }

        return embeddings;
    }
}
