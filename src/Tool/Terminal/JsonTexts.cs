using System.Text.Json.Serialization;

namespace ModelGen.Tool.Terminal;

/// <summary>How strings and ids are read from JSON.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class JsonTexts : JsonSerializerContext;
