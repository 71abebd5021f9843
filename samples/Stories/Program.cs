namespace Stories;
internal static class Program { private static void Main() { using var m = StoriesModel.Load(); using var s = m.CreateSession(); foreach (var p in s.Generate("Once upon a time", new ModelGen.GenerationOptions{Temperature=0,MaxTokens=100})) System.Console.Write(p); } }
