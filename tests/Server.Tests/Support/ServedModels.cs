using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Embeddings;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;

namespace ModelGen.Server.Tests.Support;

/// <summary>Models of random weights: what their answers have in common is what masks ask for.</summary>
internal static class ServedModels
{
    public const string Chat = "tiny/chat";
    public const string Vectors = "vectors";
    public const string Ranker = "ranker";

    private static readonly CompiledClass ChatClass = ModelCompiler.Compile(new TinyModel
    {
        Name = "server-chat", Seed = 51, ContextLength = 900,
        ChatTemplate =
            "{{ bos_token }}{% for t in tools or [] %}{{ t.function.name }};{% endfor %}{% for m in messages %}{{ m.role }}: "
            + "{{ '<think>' + m.reasoning_content + '</think>' if m.reasoning_content }}{{ m.content }}"
            + "{% for c in m.tool_calls or [] %}\n<tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}"
            + "\n</tool_call>{% endfor %}"
            + "{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant: {{ '<think>' if thinking }}{% endif %}",
    });

    private static readonly CompiledClass VectorClass = ModelCompiler.Compile(new TinyModel
    {
        Name = "server-vectors", Architecture = "qwen3", Seed = 71, ContextLength = 64, Pooling = (int)Pooling.Mean,
    });

    /// <summary>A decoder with a chat template that knows tools and reasoning.</summary>
    public static CompiledDecoder LoadChat() => ChatClass.Load(new LoadOptions { ThreadCount = 2 });

    /// <summary>An encoder.</summary>
    public static CompiledEncoder LoadVectors() => VectorClass.LoadEncoder();

    /// <summary>An encoder with a head that scores, whose words are letters.</summary>
    public static CompiledEncoder LoadRanker() => RankerModel.Create(labels: 1).Load();

    /// <summary>What a session alone says to a conversation.</summary>
    public static (string Text, GenerationEnd End, GeneratedToken[] Tokens) Alone(
        CompiledDecoder model, IEnumerable<ChatMessage> messages, GenerationOptions options)
    {
        using Session session = model.CreateSession();
        GeneratedTokens tokens = session.ChatTokens(messages, new ChatOptions { Generation = options });
        GeneratedToken[] all = [.. tokens];
        return (string.Concat(all.Select(token => token.Text)), tokens.End!, all);
    }
}
