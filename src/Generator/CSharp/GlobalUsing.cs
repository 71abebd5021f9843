// Whoever emits writes C#, in whatever folder it stands.
global using ModelGen.Generator.CSharp;
