using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Tool.Compilation;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Conversations, made by choices that an input stands for: any roles, texts, nulls, calls of tools, further members and variables; rendered
/// and encoded with the chat templates of the seeds. Declared: ModelGenException, of which that of templates is one.
/// </summary>
internal sealed class ConversationTarget : IFuzzTarget
{
    private const int MostMessages = 6;
    private const int DeepestNesting = 40;

    private static readonly string[] Roles = ["user", "assistant", "system", "tool", "developer", "", "function", "User"];
    private static readonly string[] Members =
        ["content", "tool_calls", "name", "tool_call_id", "reasoning_content", "function", "arguments", "type", "text", "parameters", "properties", "role", "", "é\ud800"];

    private static readonly string[] Fragments = [.. SeedTexts.Fragments, "</think>", "<think>", "{{", "%}", "<|eot_id|>", "<start_of_turn>", "[INST]", "\"", "\\", "&<>", "A"];

    private readonly ChatTemplate[] _templates;

    public ConversationTarget()
    {
        Tokenizer[] tokenizers = [.. SeedVocabularies.Kinds.Where(vocabulary => vocabulary.Name != "ids-only").Select(vocabulary => Tokenizer.Create(vocabulary.Content))];
        _templates =
        [
            .. SeedTemplates.All.Select((template, i) => new ChatTemplate(
                new TemplateSource(template.Name, template.Text, Tokenizer: null).Compile(), tokenizers[i % tokenizers.Length])),
        ];
        Random random = new(1);
        Seeds = [.. Enumerable.Range(0, 64).Select(i => Choices(random, 20 + 4 * i))];
    }

    public string Name => "conversation";

    public int Share => 80;

    public IReadOnlyList<byte[]> Seeds { get; }

    public IMutator Mutator { get; } = new ByteMutator();

    // A choice is a fragment or a member; templates may write each of them several times, and each message again for each message.
    public long MostAllocatedBytes(int inputBytes) => (4L << 20) + 4096L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        ChoiceTape tape = new(input);
        ChatTemplate template = _templates[tape.Next(_templates.Length)];
        ChatMessage[] messages = [.. Enumerable.Range(0, tape.Next(MostMessages)).Select(_ => Message(tape))];
        ChatTemplateOptions options = new()
        {
            Tools = [.. Enumerable.Range(0, Math.Max(0, tape.Next(5) - 2)).Select(_ => ChatTool.FromJson(Object(tape, 0)))],
            AddGenerationPrompt = tape.Next(2) == 0,
            Variables = tape.Next(3) == 0 ? Object(tape, 0) : null,
            Now = new DateTime((long)((ulong)tape.NextLong() % (ulong)DateTime.MaxValue.Ticks)),
        };
        try
        {
            template.Render(messages, options);
            template.EncodeToIds(messages, options, parseSpecialTokens: tape.Next(2) == 0);
            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }

    private static ChatMessage Message(ChoiceTape tape)
    {
        string role = Roles[Math.Max(0, tape.Next(Roles.Length + 4) - 4)];
        switch (tape.Next(5))
        {
            case 0:
                JsonObject json = Object(tape, 0);
                json["role"] = role;
                return ChatMessage.FromJson(json);
            case 1:
                return ChatMessage.Assistant(
                    tape.NextText(Fragments),
                    Enumerable.Range(0, 1 + tape.Next(2)).Select(_ => new ChatToolCall(tape.NextText(Fragments), Object(tape, 0), tape.Next(2) == 0 ? "123456789" : null)));
            case 2:
                return ChatMessage.Tool(tape.NextText(Fragments), tape.Next(2) == 0 ? tape.NextText(Fragments) : null);
            default:
                return new ChatMessage(role, tape.Next(6) == 0 ? null : tape.NextText(Fragments));
        }
    }

    private static JsonObject Object(ChoiceTape tape, int depth)
    {
        JsonObject members = [];
        for (int count = tape.Next(4); count > 0; count--)
        {
            members[Members[tape.Next(Members.Length)]] = Value(tape, depth + 1);
        }

        return members;
    }

    private static JsonNode? Value(ChoiceTape tape, int depth) => (depth < DeepestNesting ? tape.Next(9) : tape.Next(6)) switch
    {
        0 => null,
        1 => tape.Next(2) == 0,
        2 => tape.NextLong(),
        3 => BitConverter.Int64BitsToDouble(tape.NextLong()) is double number && double.IsFinite(number) ? number : 0.5,
        6 => Object(tape, depth),
        7 => new JsonArray([.. Enumerable.Range(0, tape.Next(4)).Select(_ => Value(tape, depth + 1))]),
        8 => new JsonArray(Value(tape, depth + 1)),
        _ => tape.NextText(Fragments),
    };

    private static byte[] Choices(Random random, int count)
    {
        byte[] choices = new byte[count];
        random.NextBytes(choices);
        return choices;
    }
}
