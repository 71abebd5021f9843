using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace ModelGen;

// Several answers at once.
public sealed partial class Session
{
    /// <summary>
    /// Several answers to one prompt, which is evaluated once: they are generated at the same time, and what they evaluate goes through the
    /// weights together. The best of them is <c>answers.MaxBy(answer => answer.MeanLogProbability)</c>.
    /// </summary>
    /// <remarks>
    /// Each answer is, to the bit, what a session alone gives with the answer's seed: <see cref="GenerationOptions.Seed"/> for the first, one
    /// more for each one behind it. With temperature 0 all are alike. Afterwards the session holds the prompt and no answer; to go on from
    /// one, give its tokens' ids as a prompt. Answers take memory of their own while they are generated, some dozens of them at a time.
    /// <see cref="GenerationOptions.Echo"/> is left aside. <see cref="GenerationOptions.LogitProcessors"/> are called from several threads at once.
    /// </remarks>
    /// <param name="prompt">Any text.</param>
    /// <param name="count">How many answers, at least 1.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session is as it was before the call then.</param>
    /// <returns>The answers, in the order of their seeds.</returns>
    /// <exception cref="ArgumentException">The prompt is empty and so is the session, or an option is not valid.</exception>
    /// <exception cref="ContextFullException">The prompt does not fit.</exception>
    /// <exception cref="ModelGenException">The vocabulary cannot write the prompt, the model's logits are not numbers, or there is not enough
    /// memory.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IReadOnlyList<GeneratedAnswer> GenerateAnswers(
        string prompt, int count, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Prepare(() => _placer.AtEnd(prompt), options, isScored: true).Answers(count, cancellationToken);
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateAnswers(string, int, GenerationOptions?, CancellationToken)"/>
    /// <param name="count"/>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public IReadOnlyList<GeneratedAnswer> GenerateAnswers(
        IReadOnlyList<int> promptIds, int count, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[] ids = [.. promptIds];
        return Prepare(() => _placer.AtEnd(ids), options, isScored: true).Answers(count, cancellationToken);
    }

    /// <summary>As <see cref="GenerateAnswers(string, int, GenerationOptions?, CancellationToken)"/>, on threads that are not the caller's.</summary>
    /// <remarks>Arguments are checked at the call; what is evaluated is evaluated while the task runs.</remarks>
    /// <inheritdoc cref="GenerateAnswers(string, int, GenerationOptions?, CancellationToken)"/>
    public Task<IReadOnlyList<GeneratedAnswer>> GenerateAnswersAsync(
        string prompt, int count, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Prepare(() => _placer.AtEnd(prompt), options, isScored: true).AnswersAsync(count, cancellationToken);
    }

    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="GenerateAnswersAsync(string, int, GenerationOptions?, CancellationToken)"/>
    /// <param name="count"/>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public Task<IReadOnlyList<GeneratedAnswer>> GenerateAnswersAsync(
        IReadOnlyList<int> promptIds, int count, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[] ids = [.. promptIds];
        return Prepare(() => _placer.AtEnd(ids), options, isScored: true).AnswersAsync(count, cancellationToken);
    }

    /// <summary>Several answers to a conversation, as <see cref="GenerateAnswers(string, int, GenerationOptions?, CancellationToken)"/> gives
    /// them.</summary>
    /// <remarks>Afterwards the session holds the conversation and no answer.</remarks>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="count">How many answers, at least 1.</param>
    /// <param name="options">How to render and to generate; null for the defaults.</param>
    /// <param name="cancellationToken">Ends generation within one step's time; the session's text is as it was before the call then.</param>
    /// <returns>The answers, in the order of their seeds.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <inheritdoc cref="Chat"/>
    public IReadOnlyList<GeneratedAnswer> ChatAnswers(
        IEnumerable<ChatMessage> messages, int count, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return PrepareChat(messages, options, isScored: true).Answers(count, cancellationToken);
    }

    /// <summary>As <see cref="ChatAnswers"/>, on threads that are not the caller's.</summary>
    /// <remarks>Arguments are checked at the call; what is evaluated is evaluated while the task runs.</remarks>
    /// <inheritdoc cref="ChatAnswers"/>
    public Task<IReadOnlyList<GeneratedAnswer>> ChatAnswersAsync(
        IEnumerable<ChatMessage> messages, int count, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return PrepareChat(messages, options, isScored: true).AnswersAsync(count, cancellationToken);
    }
}
