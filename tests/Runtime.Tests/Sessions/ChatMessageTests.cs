using System;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sessions;

public sealed class ChatMessageTests
{
    [Fact]
    public void MessagesAreTheJSONThatTemplatesAreWrittenFor()
    {
        ChatMessage.User("Hi").ToJson().ToJsonString().ShouldBe("""{"role":"user","content":"Hi"}""");
        new ChatMessage("assistant", null).ToJson().ToJsonString().ShouldBe("""{"role":"assistant","content":null}""");
        ChatMessage.Tool("7", "id1", "f").ToJson().ToJsonString().ShouldBe("""{"role":"tool","content":"7","name":"f","tool_call_id":"id1"}""");
        ChatMessage.Assistant("", [new ChatToolCall("f", new JsonObject { ["a"] = 1 }, "id1")]).ToJson().ToJsonString().ShouldBe(
            """{"role":"assistant","content":"","tool_calls":[{"id":"id1","type":"function","function":{"name":"f","arguments":{"a":1}}}]}""");
        new ChatTool("f", "does f", new JsonObject { ["type"] = "object" }).ToJson().ToJsonString().ShouldBe(
            """{"type":"function","function":{"name":"f","description":"does f","parameters":{"type":"object"}}}""");
    }

    [Fact]
    public void MembersOfJSONStayInTheirOrderAndAreCopied()
    {
        JsonObject json = (JsonObject)JsonNode.Parse("""{"name":"x","role":"user","content":[{"type":"text","text":"Hi"}],"other":1}""")!;
        ChatMessage message = ChatMessage.FromJson(json);
        json["role"] = "system";
        message.Role.ShouldBe("user");
        message.Content.ShouldBeNull();
        message.ToJson().ToJsonString().ShouldBe("""{"name":"x","role":"user","content":[{"type":"text","text":"Hi"}],"other":1}""");
        ChatMessage.FromJson(ChatMessage.System("S").ToJson()).Content.ShouldBe("S");
        ChatTool.FromJson((JsonObject)JsonNode.Parse("""{"b":1}""")!).ToJson().ToJsonString().ShouldBe("""{"b":1}""");
    }

    [Fact]
    public void AMessageNeedsARole()
    {
        Should.Throw<ArgumentException>(() => ChatMessage.FromJson([])).Message.ShouldContain("role");
        Should.Throw<ArgumentException>(() => ChatMessage.FromJson(new JsonObject { ["role"] = 5 }));
        Should.Throw<ArgumentException>(() => ChatMessage.Assistant("", []));
        Should.Throw<ArgumentNullException>(() => new ChatMessage(null!, ""));
    }
}
