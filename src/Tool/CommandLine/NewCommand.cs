using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Projects;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen new</c>: a program with the model compiled in.</summary>
internal static class NewCommand
{
    private static readonly Option<string> Folder = new("--output", "-o")
    {
        Description = "Folder for the project",
        Required = true,
    };

    private static readonly Option<string?> Class = ClassOption.Create();

    public static Command Create(ToolHost host)
    {
        Command command = new("new", "Writes a project that compiles the model into a program; the model stays where it is.");
        CommonOptions.AddCompiling(command);
        command.Options.Add(Folder);
        command.Options.Add(Class);
        command.SetAction(result => Write(result, host));
        return command;
    }

    private static void Write(ParseResult result, ToolHost host)
    {
        ModelSource source = CommonOptions.ReadModel(result, ClassOption.Read(result, Class));
        ModelCompilation.Create(source, "New").ThrowIfRefused();
        string folder = Path.GetFullPath(result.GetRequiredValue(Folder));
        IReadOnlyList<(string Name, string Text)> files = ProjectTemplate.Create(source, folder);

        // Somebody's program may be there already.
        if (files.Select(file => Path.Combine(folder, file.Name)).FirstOrDefault(File.Exists) is string existing)
        {
            throw new ModelGenException($"{existing} exists already; give another folder.");
        }

        foreach ((string name, string text) in files)
        {
            TextFile.Write(Path.Combine(folder, name), text, host.Output);
        }
    }
}
