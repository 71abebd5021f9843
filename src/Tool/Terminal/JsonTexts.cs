using System.Text.Json.Serialization;

namespace ModelGen.Tool.Terminal;

/// <summary>How strings are read from JSON.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JsonTexts : JsonSerializerContext;
