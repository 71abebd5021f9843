using System;
using System.Threading;
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

    /// <summary>A session and a thread each: what they ask for at the same time goes through the weights together.</summary>
    public ReadOnlySpan<float> EvaluateTogether(int[][] texts)
    {
        Session[] sessions = new Session[texts.Length];
        for (int i = 0; i < sessions.Length; i++)
        {
            sessions[i] = _model.CreateSession(new SessionOptions { ContextLength = texts[i].Length });
        }

        float[] logits = [];
        Thread[] threads = new Thread[texts.Length];
        for (int i = 0; i < threads.Length; i++)
        {
            int index = i;
            threads[i] = new Thread(() =>
            {
                ReadOnlySpan<float> last = [];
                foreach (int token in texts[index])
                {
                    last = sessions[index].Evaluate([token]);
                }

                if (index == 0)
                {
                    logits = last.ToArray();
                }
            });
            threads[i].Start();
        }

        for (int i = 0; i < threads.Length; i++)
        {
            threads[i].Join();
            sessions[i].Dispose();
        }

        return logits;
    }

    public void Rewind(int position) => _session.Rewind(position);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}
