using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// Says which files a library's NuGet package gets so that its models' weights lie beside every program that uses it: the weights, and
/// build files that NuGet imports into the program's project. Or says, in one line, why it gets none.
/// </summary>
public sealed class AddWeightsToPackage : Task
{
    /// <summary>Id of the package.</summary>
    [Required]
    public string PackageId { get; set; } = "";

    /// <summary>
    /// What the models of the project come to, once for each of its frameworks: packed weights with TargetPath, where programs look for
    /// them, and TargetFrameworkVersion; or, with IsMissing true, models that are not on this machine.
    /// </summary>
    public ITaskItem[] Weights { get; set; } = [];

    /// <summary>The package's other files, with PackagePath.</summary>
    public ITaskItem[] OtherFiles { get; set; } = [];

    /// <summary>The nuspec that the package is made from, in place of the project; empty where there is none.</summary>
    public string NuspecFile { get; set; } = "";

    /// <summary>Whether the project asks for a package without weights.</summary>
    public bool LeaveOut { get; set; }

    /// <summary>Folder under obj that the build files go to.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>What the package gets, with PackagePath.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>What decides whether a package that was made before is up to date, beside <see cref="Files"/>.</summary>
    [Output]
    public ITaskItem[] Inputs { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        ITaskItem[] missing = [.. Weights.Where(IsMissing).GroupBy(item => item.ItemSpec).Select(group => group.First())];
        try
        {
            IReadOnlyList<PackageWeights> weights = PackageWeights.Read(Weights.Where(item => !IsMissing(item)));
            if (weights.Count + missing.Length > 0)
            {
                Add(weights, missing);
            }
        }
        catch (Exception error) when (error is ModelGenException || AtomicFile.IsFileSystemError(error))
        {
            Log.Error(BuildDiagnostics.WeightsNotInPackage, null, $"the package '{PackageId}' cannot carry its weights: {error.Message}");
        }

        return !Log.HasLoggedErrors;
    }

    private static bool IsMissing(ITaskItem item) => item.GetMetadata("IsMissing") == "true";

    private void Add(IReadOnlyList<PackageWeights> weights, ITaskItem[] missing)
    {
        if (NuspecFile.Length > 0)
        {
            // Whether the nuspec names the weights is its author's business; that the project's own way does not apply is told.
            if (!LeaveOut)
            {
                Log.Warning(
                    BuildDiagnostics.WeightsNotInPackage,
                    NuspecFile,
                    $"the package '{PackageId}' is made from '{Path.GetFileName(NuspecFile)}', to which no weights are added; set ModelGenPackWeights to false and add them there, or leave NuspecFile away");
            }

            return;
        }

        if (LeaveOut)
        {
            string names = string.Join(", ", weights.Select(file => file.TargetPath).Concat(missing.Select(NameOf)));
            Log.LogMessage(
                MessageImportance.High,
                "{0}: the package has no weights (ModelGenPackWeights is false): {1}. A program that uses it gives Load the path of such a file.",
                PackageId,
                names);
            weights = [];
            missing = [];
        }

        foreach (ITaskItem model in missing)
        {
            Log.Warning(
                BuildDiagnostics.WeightsNotInPackage,
                model.ItemSpec,
                $"the package '{PackageId}' has no weights of '{NameOf(model)}', which is not on this machine; pack where it is, or set ModelGenPackWeights to false and give Load the path of such a file");
        }

        // Written even for no weights: that a package had some is seen by the file's change.
        PackageBuildFiles files = new(PackageId, OutputFolder);
        files.Write(weights);
        Inputs = [PackageBuildFiles.Item(files.Declarations)];
        if (weights.Count > 0)
        {
            Files = [.. weights.Select(file => file.ToPackageFile()), .. files.InPackage(OtherFiles)];
        }
    }

    private static string NameOf(ITaskItem model) => Path.GetFileName(model.ItemSpec);
}
