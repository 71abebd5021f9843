using System.CommandLine;
using System.IO;
using ModelGen.Tool.Caching;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen pack</c>: the weights as the build packs them.</summary>
internal static class PackCommand
{
    private static readonly Option<string> Target = new("--output", "-o")
    {
        Description = "The packed file",
        Required = true,
    };

    public static Command Create(ToolHost host)
    {
        Command command = new("pack", "Packs the weights as the build does, into a file for Load(path).")
        {
            CommonOptions.Model,
            Target,
        };
        command.SetAction(result =>
        {
            string target = Path.GetFullPath(result.GetRequiredValue(Target));
            ModelLoader.Pack(ModelSource.Read(result.GetRequiredValue(CommonOptions.Model), new ModelSettings()), target, host);
            host.Output.WriteLine(target);
        });
        return command;
    }
}
