using ModelGen.Routing;

namespace Router;

/// <summary>The forest that training/train.py wrote; the generator writes the rest.</summary>
[RandomForest("router.json")]
public sealed partial class PromptForest;
