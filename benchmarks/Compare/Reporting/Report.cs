using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace ModelGen.Compare.Reporting;

/// <summary>All raw values of one run.</summary>
/// <param name="Machine">Where and with what.</param>
/// <param name="Bandwidth">Memory bandwidth a thread count.</param>
/// <param name="Models">The models, in the order given.</param>
internal sealed record Report(Machine Machine, IReadOnlyList<Bandwidth> Bandwidth, IReadOnlyList<ModelReport> Models)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a report that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Report FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Report>(json, Json) ?? throw new InvalidDataException("The report is empty.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("This is no report of the comparison: " + error.Message, error);
        }
    }

    /// <summary>The models of several runs on one machine as one report; what the machine is, the first one says.</summary>
    public static Report Merge(IEnumerable<Report> reports)
    {
        Report[] all = [.. reports];
        return all[0] with
        {
            Bandwidth = [.. all.SelectMany(report => report.Bandwidth)
                .GroupBy(bandwidth => bandwidth.Threads)
                .OrderBy(group => group.Key)
                .Select(group => group.MaxBy(bandwidth => bandwidth.BytesPerSecond)!)],
            Models = [.. all.SelectMany(report => report.Models)],
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>The machine and the programs that were compared.</summary>
/// <param name="Processor">Model name of the processor.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="System">Operating system.</param>
/// <param name="Dotnet">Version of the .NET runtime of JIT programs.</param>
/// <param name="Sdk">Version of the SDK that compiled them.</param>
/// <param name="LlamaCpp">Version of llama.cpp and its CPU library.</param>
/// <param name="Repetitions">Repetitions of each measurement.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Dotnet, string Sdk, string LlamaCpp, int Repetitions);

/// <summary>What memory gives.</summary>
/// <param name="Threads">Threads that read.</param>
/// <param name="BytesPerSecond">The best that was seen in the run.</param>
internal sealed record Bandwidth(int Threads, double BytesPerSecond);

/// <summary>The measurements of one model.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Architecture">general.architecture.</param>
/// <param name="ParameterCount">Elements of all tensors.</param>
/// <param name="BytesPerToken">Bytes of weights that a decoded token reads.</param>
/// <param name="InstructionSet">What our kernels used.</param>
/// <param name="SameToken">How often both sides found the same token most likely, of the times that they evaluated the same text; null where none.</param>
/// <param name="Disturbed">Measurements of speed that something else ran beside, however often they were repeated.</param>
/// <param name="Cells">The measurements.</param>
internal sealed record ModelReport(
    string Name,
    string Architecture,
    long ParameterCount,
    long BytesPerToken,
    string? InstructionSet,
    string? SameToken,
    int Disturbed,
    IReadOnlyList<Cell> Cells);

/// <summary>One measurement on both sides.</summary>
/// <param name="Threads">Threads; 0 where they do not matter.</param>
/// <param name="Test">Key of the test.</param>
/// <param name="Variant">How our program was compiled.</param>
/// <param name="Ours">Our values, in the test's unit.</param>
/// <param name="Theirs">llama.cpp's values.</param>
internal sealed record Cell(int Threads, string Test, string Variant, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs);
