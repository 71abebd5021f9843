using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>A model whose file has a chat template holds a conversation.</summary>
public sealed class ChatTests
{
    private static readonly TinyModel Model = new()
    {
        Name = "chat-f32", Seed = 31, ContextLength = 200,
        ChatTemplate = "{{ bos_token }}{% for m in messages %}{{ m.role }} {{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant {% endif %}",
    };

    private static readonly ChatOptions Greedy = new() { Generation = new GenerationOptions { Temperature = 0, MaxTokens = 12 } };

    /// <summary>Two turns in one session, its prefix kept, say what two sessions say that read everything.</summary>
    [Fact]
    public void KeepingThePrefixChangesNoAnswer()
    {
        using CompiledDecoder model = ModelCompiler.Compile(Model).Load();
        model.ChatTemplate.ShouldNotBeNull().Name.ShouldBe("default");
        using Session session = model.CreateSession();
        List<ChatMessage> messages = [ChatMessage.System("be kind")];
        foreach (string question in (string[])["hello", "who are you", "why </s> so"])
        {
            messages.Add(ChatMessage.User(question));
            int before = session.Position;
            int[] prompt = [.. model.ChatTemplate!.EncodeToIds(messages)];
            int kept = session.Tokens.CommonPrefixLength(prompt);
            string answer = string.Concat(session.Chat(messages, Greedy));

            // The turn before is read already, but for tokens of its answer whose text is written otherwise.
            kept.ShouldBeGreaterThanOrEqualTo(before == 0 ? 0 : before - Greedy.Generation.MaxTokens);
            using Session fresh = model.CreateSession();
            string.Concat(fresh.Chat(messages, Greedy)).ShouldBe(answer);
            session.Tokens.ToArray().ShouldBe(fresh.Tokens.ToArray());
            messages.Add(ChatMessage.Assistant(answer));
        }

        // A user's "</s>" is text.
        session.Tokens.ToArray().Count(id => id == model.Tokenizer.EndOfSequenceId).ShouldBe(6);
    }

    [Fact]
    public void ATemplateThatCannotBeCompiledLeavesTheModelWithoutOne()
    {
        using CompiledDecoder model = ModelCompiler.Compile(
            Model with { Name = "chat-unsupported", ChatTemplate = "{{ messages }}\n  {% include 'x' %}" }).Load();
        model.ChatTemplate.ShouldBeNull();
        model.ChatTemplates.ShouldBeEmpty();
        using Session session = model.CreateSession();
        session.Generate("hello", new GenerationOptions { MaxTokens = 1 }).Count().ShouldBeLessThanOrEqualTo(1);
    }
}
