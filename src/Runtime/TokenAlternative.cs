namespace ModelGen;

/// <summary>A token that the model held to be likely at some place of a text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">
/// Its text by itself, as it would stand in the middle of a text; control tokens have their name, such as "&lt;/s&gt;", and bytes that are not
/// a whole character are U+FFFD.
/// </param>
/// <param name="LogProbability">Natural logarithm of its probability, at most 0, as in <see cref="GeneratedToken.LogProbability"/>.</param>
public readonly record struct TokenAlternative(int Id, string Text, double LogProbability);
