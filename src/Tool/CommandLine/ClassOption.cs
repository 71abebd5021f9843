using System.CommandLine;
using ModelGen.Tool.Compilation;

namespace ModelGen.Tool.CommandLine;

/// <summary>The option that names the class of a model.</summary>
internal static class ClassOption
{
    public static Option<string?> Create()
    {
        Option<string?> option = new("--class")
        {
            Description = "Name of the model's class, with its namespace (default: made of the file's name)",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is string name && !ClassName.IsValid(name))
            {
                result.AddError($"--class is a C# name such as Tales.Stories, not '{name}'.");
            }
        });
        return option;
    }

    /// <summary>The name that was given, or one that is made of the model's file name.</summary>
    public static ClassName Read(ParseResult result, Option<string?> option) =>
        ClassName.Parse(result.GetValue(option) ?? ClassName.Of(result.GetRequiredValue(CommonOptions.Model)));
}
