using System;
using System.Collections.Generic;

namespace ModelGen.Generation;

/// <summary>Guesses what a <see cref="DraftModel"/> says.</summary>
/// <param name="model">The model.</param>
/// <param name="vocabularySize">Ids that may be guessed: 0 to vocabularySize − 1.</param>
internal sealed class ModelDrafter(DraftModel model, int vocabularySize) : Drafter(model.Options.MaxTokens)
{
    /// <inheritdoc/>
    protected override void Guess(ReadOnlySpan<int> text, int most, List<int> draft) => model.Guess(text, most, vocabularySize, draft);
}
