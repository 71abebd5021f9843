using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using ModelGen.Server.Http;

namespace ModelGen.Server;

/// <summary>The models that a server answers with, by the names that requests call them.</summary>
/// <remarks>
/// Add all of them before they are mapped. Disposing ends the engines that were created here; models and engines that were given are their
/// owner's.
/// </remarks>
public sealed class ServerModels : IDisposable, IAsyncDisposable
{
    private readonly List<ServedModel> _models = [];
    private readonly List<Engine> _ownEngines = [];

    /// <summary>Adds a decoder: chats and completions.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="engine">What answers. Its owner disposes it, when the server has ended.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public ServerModels Add(string name, Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Add(new ServedDecoder(name, engine));
    }

    /// <summary>Adds a decoder with an engine of its own, which ends with these models.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How the engine shares the model out; null for the defaults.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <inheritdoc cref="CompiledDecoder.CreateEngine" path="/exception"/>
    public ServerModels Add(string name, CompiledDecoder model, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(name);
        Engine engine = model.CreateEngine(options);
        _ownEngines.Add(engine);
        return Add(name, engine);
    }

    /// <summary>Adds an encoder: embeddings and rankings.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="model">The model.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public ServerModels Add(string name, CompiledEncoder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Add(new ServedEncoder(name, model));
    }

    /// <summary>All of them, in the order in which they were added.</summary>
    internal IReadOnlyList<ServedModel> All => _models;

    /// <summary>Ends the engines that were created here.</summary>
    public void Dispose()
    {
        foreach (Engine engine in _ownEngines)
        {
            engine.Dispose();
        }
    }

    /// <summary>As <see cref="Dispose"/>, without holding the caller's thread up.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Engine engine in _ownEngines)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The model that a request names, or the only one of its kind where it names none.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="name">What the request calls it.</param>
    /// <exception cref="RequestException">There is none.</exception>
    internal T Find<T>(string? name)
        where T : ServedModel
    {
        if (name is null)
        {
            T[] fitting = [.. _models.OfType<T>()];
            return fitting.Length == 1 ? fitting[0] : throw RequestException.Invalid(
                "model", $"The request names no model; name one of: {Names(fitting.Length > 0 ? fitting : _models)}.");
        }

        return _models.Find(model => model.Name == name) switch
        {
            T found => found,
            null => throw RequestException.NoSuchModel($"There is no model '{name}'; there are: {Names(_models)}."),
            _ => throw RequestException.Invalid("model", $"The model '{name}' does something else than this endpoint; see docs/server.md."),
        };
    }

    private static string Names(IEnumerable<ServedModel> models) => string.Join(", ", models.Select(model => model.Name));

    private ServerModels Add(ServedModel model)
    {
        Check(model.Name);
        _models.Add(model);
        return this;
    }

    private void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_models.Exists(model => model.Name == name))
        {
            throw new ArgumentException($"There are two models of the name '{name}'; give each its own.", nameof(name));
        }
    }
}
