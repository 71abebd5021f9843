using System;
using System.Buffers.Binary;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen.CompilerServices;
using ModelGen.Vocabularies;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Tokenization;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Tokenization;

public sealed class VocabularySectionTests
{
    private static readonly VocabularyContent Chat = TestVocabulary.ChatContent();

    [Theory]
    [InlineData("", 0x811C9DC5)]
    [InlineData("a", 0xE40C292C)]
    [InlineData("foobar", 0xBF9CF968)]
    public unsafe void TheHashIsFNV1aFolded(string text, uint published)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(text), 0];
        fixed (byte* start = bytes)
        {
            VocabularySection.Hash(start, text.Length).ShouldBe(published ^ (published >> 16));
        }
    }

    [Fact]
    public void WritingIsDeterministic() => VocabularyWriter.Write(Chat).ShouldBe(VocabularyWriter.Write(TestVocabulary.ChatContent()));

    [Fact]
    public void EveryTokenIsFoundByItsText()
    {
        VocabularyContent content = TestVocabulary.Content(Enumerable.Range(0, 5000).Select(index => "token" + index));
        Tokenizer tokenizer = TestVocabulary.Open(content with { Types = [.. content.Tokens.Select(_ => TestVocabulary.UserDefined)] });
        for (int id = 3 + 256; id < content.Tokens.Length; id++)
        {
            tokenizer.EncodeToIds(Encoding.UTF8.GetString(content.Tokens[id]), addSpecialTokens: false).ShouldBe([id]);
        }
    }

    [Fact]
    public void ScoresAndTypesMayBeAbsent() =>
        TestVocabulary.Open(Chat with { Scores = null, Types = null }).EncodeToIds("abc").ShouldBe(Chat.IdsOf("<s>", "▁abc"));

    [Fact]
    public void AnEmptyTokenGetsAName() =>
        TestVocabulary.Open(Chat with { Tokens = [.. Chat.Tokens, []], Scores = null, Types = null })
            .Decode([Chat.Tokens.Length]).ShouldBe($"[EMPTY_{Chat.Tokens.Length}]");

    [Fact]
    public void ATokenizerThatThereIsNoneOfHasIdsButNoText()
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat with { Model = "plamo2", EndOfSequenceId = 2 });
        tokenizer.VocabularySize.ShouldBe(Chat.Tokens.Length);
        tokenizer.EndOfSequenceId.ShouldBe(2);
        tokenizer.IsEndOfGeneration(2).ShouldBeTrue();
        tokenizer.IsEndOfGeneration(3).ShouldBeFalse();
        Should.Throw<ModelGenException>(() => tokenizer.EncodeToIds("abc")).Message.ShouldContain("tokenizer is 'plamo2'");
        Should.Throw<ModelGenException>(() => tokenizer.Decode([3])).Message.ShouldContain("pass its ids to Session.Evaluate");
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.IsEndOfGeneration(Chat.Tokens.Length));
    }

    /// <summary>A program has the pre-tokenizer of the model that it was compiled with; another model's vocabulary is not for it.</summary>
    [Fact]
    public void AVocabularyThatWantsAnotherPreTokenizerIsRefused()
    {
        VocabularyContent content = new() { Model = "gpt2", Pre = "qwen2", Tokens = [[(byte)'a'], [(byte)'b'], "ab"u8.ToArray()], Merges = ["a b"u8.ToArray()] };
        byte[] section = VocabularyWriter.Write(content);
        Tokenizer.Create(section, PreTokenizer.Qwen2).EncodeToIds("ab", addSpecialTokens: false).ShouldBe([2]);
        foreach (PreTokenizer? other in new[] { PreTokenizer.Llama3, null })
        {
            Should.Throw<ModelGenException>(() => Tokenizer.Create(section, other)).Message.ShouldStartWith(
                "The packed vocabulary asks for the pre-tokenizer Qwen2, but the program has ");
        }

        Should.Throw<ModelGenException>(() => Tokenizer.Create(VocabularyWriter.Write(Chat), PreTokenizer.Qwen2));
    }

    [Fact]
    public void ALongOrBrokenNameOfATokenizerIsCutAndShownOnOneLine()
    {
        Tokenizer tokenizer = TestVocabulary.Open(Chat with { Model = "a\nb" + new string('x', 5000) });
        string message = Should.Throw<ModelGenException>(() => tokenizer.EncodeToIds("abc")).Message;
        message.ShouldNotContain("\n");
        message.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public void ANameThatDoesNotLieInTheSectionIsDamage()
    {
        foreach (int length in new[] { -1, VocabularySection.MaxNameLength, int.MaxValue })
        {
            byte[] section = VocabularyWriter.Write(Chat with { Model = "plamo2" });
            BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(60), length);
            Should.Throw<ModelGenException>(() => Tokenizer.Create(section)).Message.ShouldContain("the tokenizer's name has");
        }
    }

    [Fact]
    public void WhatCannotBePackedIsRefusedByName()
    {
        Message(Chat with { Tokens = [] }).ShouldContain("0 tokens");
        Message(Chat with { Tokens = [.. Chat.Tokens, "abc"u8.ToArray()], Scores = null, Types = null })
            .ShouldContain($"Tokens {Chat.IdOf("abc")} and {Chat.Tokens.Length} of the vocabulary (tokenizer.ggml.tokens) are both 'abc'");
        Message(Chat with { Scores = [0] }).ShouldContain("1 elements in tokenizer.ggml.scores");
        Message(Chat with { Types = [0, 1] }).ShouldContain("2 elements in tokenizer.ggml.token_type");
        Message(Chat with { Scores = [.. Chat.Scores!.Select((score, id) => id == 5 ? float.NaN : score)] })
            .ShouldContain("score of token 5");
        Message(Chat with { Types = [.. Chat.Types!.Select((type, id) => id == 1 ? TestVocabulary.ByteType : type)] })
            .ShouldContain("Token 1 is '<s>'");
        Message(Chat with { BeginningOfSequenceId = 100000 }).ShouldContain("tokenizer.ggml.bos_token_id is 100000");
        Message(Chat with { EndOfSequenceId = -2 }).ShouldContain("tokenizer.ggml.eos_token_id is -2");

        static string Message(VocabularyContent content) => Should.Throw<ModelGenException>(() => VocabularyWriter.Write(content)).Message;
    }

    [Fact]
    public void WhatIsNoVocabularyIsRefused()
    {
        byte[] section = VocabularyWriter.Write(Chat);
        Should.Throw<ModelGenException>(() => Tokenizer.Create([])).Message.ShouldContain("damaged");
        Should.Throw<ModelGenException>(() => Tokenizer.Create(new byte[1000])).Message.ShouldContain("header");
        for (int length = 0; length < section.Length; length += 7)
        {
            byte[] cut = section[..length];
            Should.Throw<ModelGenException>(() => Tokenizer.Create(cut)).Message.ShouldContain("damaged");
        }

        Should.Throw<ModelGenException>(() => Tokenizer.Create(With(section, 4, 9)))
            .Message.ShouldContain("version 9, this runtime reads version 3");
        Should.Throw<ModelGenException>(() => Tokenizer.Create(With(section, 16, 9))).Message.ShouldContain("tokenizer kind 9");
        Should.Throw<ModelGenException>(() => Tokenizer.Create(With(section, 24, -1))).Message.ShouldContain("-1 tokens");
        Should.Throw<ModelGenException>(() => Tokenizer.Create(With(section, 32, 100000))).Message.ShouldContain("names token 100000");
        Should.Throw<ModelGenException>(() => Tokenizer.Create(With(section, VocabularySection.TablesOffset, int.MaxValue))).Message.ShouldContain("table Starts");

        static byte[] With(byte[] section, int offset, int value)
        {
            byte[] changed = [.. section];
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(offset), value);
            return changed;
        }
    }

    [Fact]
    public void ADamagedVocabularyGivesTheDeclaredErrorAndNothingElse()
    {
        byte[] section = VocabularyWriter.Write(Chat);
        Random random = new(1);
        int refused = 0;
        const int Rounds = 100_000;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = [.. section];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                // Every other change goes into the header, which is a small part of the whole.
                int at = random.Next(2) == 0 ? random.Next(VocabularySection.HeaderLength) : random.Next(damaged.Length);
                damaged[at] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            try
            {
                Tokenizer tokenizer = Tokenizer.Create(damaged);
                tokenizer.Decode(tokenizer.EncodeToIds("abc hello <|turn|><tool>é😀", parseSpecialTokens: true));
                for (int id = 0; id < int.Min(tokenizer.VocabularySize, 300); id += 13)
                {
                    tokenizer.IsEndOfGeneration(id);
                    tokenizer.Decode([id], includeSpecialTokens: true);
                }
            }
            catch (ModelGenException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(Rounds / 10, Rounds - 1);
    }

    [Fact]
    public unsafe void AfterTheMemoryIsGivenBackCallsAreRefused()
    {
        byte[] section = VocabularyWriter.Write(Chat);
        TestMemory memory = new(section);
        Tokenizer tokenizer = Tokenizer.Create((byte*)memory.DangerousGetHandle(), section.Length, preTokenizer: null, memory);
        tokenizer.EncodeToIds("abc").ShouldBe(Chat.IdsOf("<s>", "▁abc"));
        memory.Dispose();
        memory.IsReleased.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => tokenizer.EncodeToIds("abc"));
        Should.Throw<ObjectDisposedException>(() => tokenizer.Decode([1]));
        Should.Throw<ObjectDisposedException>(() => tokenizer.IsEndOfGeneration(1));
    }

    /// <summary>A call goes on when its tokenizer is collected, because nobody uses that again; its memory is not.</summary>
    [Fact]
    public void ALeaseKeepsMemoryThatNothingElseHolds()
    {
        using VocabularyReader.Lease lease = Open(out WeakReference memory);
        GC.Collect();
        memory.IsAlive.ShouldBeTrue();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static unsafe VocabularyReader.Lease Open(out WeakReference memory)
        {
            byte[] section = VocabularyWriter.Write(Chat);
            byte[] pinned = GC.AllocateUninitializedArray<byte>(section.Length, pinned: true);
            section.CopyTo(pinned, 0);
            memory = new WeakReference(pinned);
            return new VocabularyReader((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), pinned.Length, pinned).Open();
        }
    }

    /// <summary>Unmanaged memory, as a mapped file is.</summary>
    private sealed class TestMemory : SafeHandle
    {
        public TestMemory(byte[] content)
            : base(IntPtr.Zero, ownsHandle: true)
        {
            SetHandle(Marshal.AllocHGlobal(content.Length));
            Marshal.Copy(content, 0, handle, content.Length);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        public bool IsReleased { get; private set; }

        protected override bool ReleaseHandle()
        {
            Marshal.FreeHGlobal(handle);
            IsReleased = true;
            return true;
        }
    }
}
