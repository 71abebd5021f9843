using System.CommandLine;
using ModelGen.Tool.Inspection;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen inspect</c>: what a model is, and whether it can be compiled.</summary>
internal static class InspectCommand
{
    public static Command Create(ToolHost host)
    {
        Command command = new("inspect", "Says what a model is, what it takes, and what is not supported and why.");
        CommonOptions.AddCompiling(command);
        command.Options.Add(CommonOptions.Json);
        command.SetAction(result =>
        {
            ModelReport report = ModelInspector.Inspect(CommonOptions.ReadModel(result));
            if (result.GetValue(CommonOptions.Json))
            {
                Json.Write(host.Output, report);
            }
            else
            {
                ModelReportText.Write(report, host.Output);
            }
        });
        return command;
    }
}
