using System.Collections.Generic;

namespace ModelGen.Generator.Templates.Library;

/// <summary>A method for a filter or a test.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Jinja's names of its parameters behind the value.</param>
/// <param name="Required">Those that must be given.</param>
internal sealed record LibraryMethod(string Class, string Name, IReadOnlyList<string> Parameters, IReadOnlyList<string> Required);
