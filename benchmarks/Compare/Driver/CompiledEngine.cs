using System;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Driver;

/// <summary>The model that is compiled into this program.</summary>
internal sealed class CompiledEngine : IEngine
{
    private readonly ComparedModel _model;
    private readonly Session _session;

    public CompiledEngine(int threads)
    {
        _model = ComparedModel.Load(new LoadOptions { ThreadCount = threads });
        _session = _model.CreateSession();
    }

    public int VocabularySize => _model.Info.VocabularySize;

    public string Description => _model.Info.InstructionSet.ToString();

    public ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens) => _session.Evaluate(tokens);

    public void Rewind(int position) => _session.Rewind(position);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}
