using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace ModelGen.Tool.Terminal;

/// <summary>How strings and ids are read from JSON, and weights of terms written.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(Dictionary<string, float>))]
internal sealed partial class JsonTexts : JsonSerializerContext;
