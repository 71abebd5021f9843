using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.ConstrainedExecution;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Lifetimes;

/// <summary>Finalizers of a program, which may run before or after those of the runtime and may use what was collected with them.</summary>
public sealed class FinalizerTests
{
    private const int Rounds = 20;

    private static readonly ConcurrentQueue<string> Outcomes = new();
    private static readonly ConcurrentQueue<Held> Resurrected = new();

    public FinalizerTests() => Lifetime.SkipUnlessChild();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFinalizerMayUseWhatWasCollectedWithIt(bool isCritical)
    {
        Outcomes.Clear();
        string right = Create().Use();
        for (int round = 0; round < Rounds; round++)
        {
            Drop(isCritical);
            Lifetime.Collect();
        }

        Outcomes.Count.ShouldBe(3 * Rounds);
        Outcomes.Distinct().ShouldBeSubsetOf([right, nameof(ObjectDisposedException)]);

        // Finalizers run in no order that is promised, but often in that of creation: one is older than the weights, one is between them and
        // the session's memory, one is younger than both.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(bool isCritical)
        {
            IUser oldest = New(isCritical);
            CompiledDecoder model = Lifetime.Load();
            IUser middle = New(isCritical);
            Session session = model.CreateSession();
            IUser youngest = New(isCritical);
            oldest.Held = middle.Held = youngest.Held = new Held(model, session, model.Tokenizer);
        }

        static IUser New(bool isCritical) => isCritical ? new Critical() : new Ordinary();
    }

    [Fact]
    public void WhatAFinalizerBroughtBackAnswersOrSaysThatItIsGone()
    {
        for (int round = 0; round < Rounds; round++)
        {
            Drop();
        }

        // All finalizers run, those of the runtime too.
        Lifetime.Collect();
        Lifetime.UseFreedMemory();
        Resurrected.Count.ShouldBe(Rounds);
        foreach (Held held in Resurrected)
        {
            OutcomeOf(() => Logits.Bits(held.Session.Evaluate(Lifetime.Text))).ShouldBe(nameof(ObjectDisposedException));
            OutcomeOf(() => Lifetime.Answer(held.Model, Lifetime.Text)).ShouldBe(nameof(ObjectDisposedException));
            OutcomeOf(() => held.Tokenizer.EncodeToIds(Lifetime.Prompt)).ShouldBe(nameof(ObjectDisposedException));
            held.Session.Dispose();
            held.Model.Dispose();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop() => _ = new Returning(Create());
    }

    /// <summary>Threads wait for work for ever, so a model that nobody disposed has to end its own when it is collected.</summary>
    [Fact]
    public void ModelsThatNobodyDisposedEndTheirThreads()
    {
        const int Models = 10;
        const int ThreadsOfModel = 4;
        Drop(1, disposesModel: false);
        Lifetime.Collect();
        int before = Threads();
        Drop(Models, disposesModel: false);
        Lifetime.Collect();
        Threads().ShouldBeLessThan(before + Models, "models with sessions");

        Drop(Models, disposesModel: true);
        Lifetime.Collect();
        Threads().ShouldBeLessThan(before + Models, "sessions of disposed models");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(int count, bool disposesModel)
        {
            for (int i = 0; i < count; i++)
            {
                CompiledDecoder model = Lifetime.Load(1 + ThreadsOfModel);
                model.CreateSession().Evaluate(Lifetime.Text);
                if (disposesModel)
                {
                    model.Dispose();
                }
            }
        }

        static int Threads()
        {
            using Process process = Process.GetCurrentProcess();
            return process.Threads.Count;
        }
    }

    private static Held Create()
    {
        CompiledDecoder model = Lifetime.Load();
        return new Held(model, model.CreateSession(), model.Tokenizer);
    }

    private static string OutcomeOf(Func<IEnumerable<int>> use)
    {
        try
        {
            return string.Join(' ', use());
        }
        catch (ObjectDisposedException)
        {
            return nameof(ObjectDisposedException);
        }
        catch (Exception error)
        {
            // It would end the process where a finalizer threw it.
            return error.ToString();
        }
    }

    /// <summary>What a program's object may hold.</summary>
    private sealed record Held(CompiledDecoder Model, Session Session, Tokenizer Tokenizer)
    {
        public string Use() => OutcomeOf(() =>
        {
            Session.Rewind(0);
            return Logits.Bits(Session.Evaluate(Lifetime.Text));
        });
    }

    private interface IUser
    {
        Held? Held { get; set; }
    }

    private sealed class Ordinary : IUser
    {
        ~Ordinary() => Outcomes.Enqueue(Held!.Use());

        public Held? Held { get; set; }
    }

    /// <summary>Finalized among the handles of the runtime.</summary>
    private sealed class Critical : CriticalFinalizerObject, IUser
    {
        ~Critical() => Outcomes.Enqueue(Held!.Use());

        public Held? Held { get; set; }
    }

    private sealed class Returning(Held held)
    {
        ~Returning() => Resurrected.Enqueue(held);
    }
}
