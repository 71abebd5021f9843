namespace ModelGen.Runtime.Tests.Support;

/// <summary>How a <see cref="FakeSequence"/> remembers its text.</summary>
public enum SequenceMemory
{
    All,
    Window,
    State,
}
