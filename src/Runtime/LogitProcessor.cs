using System;

namespace ModelGen;

/// <summary>
/// A program's own step between the model and the samplers: looks at the text so far and changes how likely the next token is, rules
/// tokens out, or ends generation (<see cref="GenerationOptions.LogitProcessors"/>).
/// </summary>
/// <remarks>
/// What a processor throws ends the enumeration; the session can be used on. One that remembers something of a text belongs to one
/// generation at a time; one that goes by its arguments alone may serve any number, on several threads too.
/// </remarks>
public abstract class LogitProcessor
{
    /// <summary>Called once before each token.</summary>
    /// <param name="tokens">Ids of the text so far: what the session held, the prompt, and what was generated.</param>
    /// <param name="promptLength">How many of them stand before the answer: <c>tokens[promptLength..]</c> was generated.</param>
    /// <param name="logits">
    /// [vocabulary] the logits of the next token, of each id at its index, as the processors before left them: to be changed in place. −∞
    /// rules a token out; NaN, +∞ and −∞ for all of them are errors. They are a copy, gone with the call.
    /// </param>
    /// <returns>Whether generation goes on.</returns>
    public abstract LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits);
}
