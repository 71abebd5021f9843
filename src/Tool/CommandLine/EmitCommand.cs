using System.CommandLine;
using System.IO;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Projects;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen emit</c>: the generated C#, to be read or kept.</summary>
internal static class EmitCommand
{
    private static readonly Option<string> Folder = new("--output", "-o")
    {
        Description = "Folder for the files",
        Required = true,
    };

    private static readonly Option<string?> Class = ClassOption.Create();

    public static Command Create(ToolHost host)
    {
        Command command = new("emit", "Writes the generated C#: it compiles with a reference to ModelGen.Runtime alone.");
        CommonOptions.AddCompiling(command);
        command.Options.Add(Folder);
        command.Options.Add(Class);
        command.SetAction(result => Emit(result, host));
        return command;
    }

    private static void Emit(ParseResult result, ToolHost host)
    {
        ModelSource source = CommonOptions.ReadModel(result, ClassOption.Read(result, Class));
        ModelCompilation compilation = host.Activity.Run("Compiling " + source.FileName, _ => ModelCompilation.Create(source, "Emitted"));
        compilation.ThrowIfRefused();
        string folder = Path.GetFullPath(result.GetRequiredValue(Folder));
        TextFile.Write(Path.Combine(folder, source.ClassName.Name + ".cs"), source.Declaration, host.Output);
        foreach ((string name, string text) in compilation.Files)
        {
            TextFile.Write(Path.Combine(folder, name), text, host.Output);
        }
    }
}
