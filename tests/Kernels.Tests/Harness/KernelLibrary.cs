using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Specialise;

namespace ModelGen.Kernels.Harness;

/// <summary>Kernels specialised for some shapes and one vector width, compiled in memory as a user's project would compile them.</summary>
internal sealed class KernelLibrary
{
    private const string Namespace = "ModelGen.Specialised";

    // As every file that the generator writes begins.
    private const string Header = """
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.Intrinsics;
        using System.Runtime.Intrinsics.Arm;
        using System.Runtime.Intrinsics.X86;

        namespace ModelGen.Specialised;

        """;

    // Read once: the core library's symbols take longer to load than kernels to compile.
    private static readonly MetadataReference[] References =
    [
        MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
        MetadataReference.CreateFromFile(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.Runtime.dll")),
        MetadataReference.CreateFromFile(typeof(ModelGen.CompilerServices.QuantizationGrids).Assembly.Location),
    ];

    private readonly Assembly _assembly;

    private KernelLibrary(Assembly assembly) => _assembly = assembly;

    /// <summary>Specialises and compiles the kernels together with the helpers of their width.</summary>
    public static KernelLibrary Compile(VectorWidth width, IEnumerable<KernelRequest> requests) =>
        Compile(width, requests.SelectMany(request => Specialiser.Specialise(request).Append(Declare(request))));

    /// <summary>Specialises and compiles one K-file that the generator does not carry, together with the helpers of its width.</summary>
    public static KernelLibrary Compile(VectorWidth width, KernelFile file)
    {
        KernelRequest request = Requests.Of(file.Name, file.Name, width);
        return Compile(width, Specialiser.Specialise(file, request));
    }

    /// <summary>Specialises and compiles a product, and the types that it is called with.</summary>
    /// <param name="level">Vector width, and whether there are dot products of bytes.</param>
    /// <param name="kernelFile">Name of the K-file.</param>
    /// <param name="mostRows">Rows of the largest tile.</param>
    /// <param name="arguments">What it is called with.</param>
    public static KernelLibrary CompileProduct(Level level, string kernelFile, int mostRows, IEnumerable<ProductArguments> arguments)
    {
        (string Name, object Value)[] constants = KernelFile.Get(kernelFile).HasDot ? [level.Constant] : [];
        KernelRequest request = Requests.Of(kernelFile, kernelFile, level.Width, constants).Repeat('t', mostRows) with { IsProduct = true };
        return Compile(level.Width, Specialiser.Specialise(request).Append(ProductArguments.Declare(arguments)));
    }

    /// <summary>The interface of a kernel's type argument, as the generator declares it.</summary>
    private static string Declare(KernelRequest request)
    {
        if (request.Shape is not TypeArgument shape)
        {
            return "";
        }

        IReadOnlyDictionary<string, KernelFileConstant> constants = KernelFile.Get(request.KernelFile).Constants;
        return $$"""
            internal interface {{shape.Interface}}
            {
            {{string.Concat(shape.Constants.Select(name => $"static abstract {constants[name].Type} {name} {{ get; }}\n"))}}}
            """;
    }

    private static KernelLibrary Compile(VectorWidth width, IEnumerable<string> lines) =>
        Compile(Header + string.Join('\n', Helpers(width).SelectMany(Specialiser.Specialise).Concat(lines)));

    private static KernelLibrary Compile(string source)
    {
        // .NET 9 is the oldest target of emitted code, and C# 13 its language. Warnings are errors: they would be the user's.
        var parse = new CSharpParseOptions(LanguageVersion.CSharp13);
        CSharpCompilationOptions options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
            .WithAllowUnsafe(true)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithNullableContextOptions(NullableContextOptions.Enable)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error)
            // The constants of a shape make branches unreachable.
            .WithSpecificDiagnosticOptions([KeyValuePair.Create("CS0162", ReportDiagnostic.Suppress)]);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "ModelGen.Specialised." + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, parse)],
            References,
            options);

        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Take(10)) + "\n" + source);
        }

        image.Position = 0;
        return new KernelLibrary(new AssemblyLoadContext(name: null).LoadFromStream(image));
    }

    /// <summary>The requests of the helpers that kernels of one width call.</summary>
    public static IEnumerable<KernelRequest> Helpers(VectorWidth width)
    {
        var constants = new Dictionary<string, string>();
        var repeats = new Dictionary<char, int>();
        yield return new KernelRequest("Simd" + width.Bits, "Simd" + width.Bits, width, constants, repeats);
        foreach (string name in KernelFile.SharedHelpers)
        {
            yield return new KernelRequest(name, name + width.Bits, width, constants, repeats);
        }
    }

    /// <summary>The static method of a compiled class.</summary>
    public MethodInfo Method(string kernel, string method = "Run") =>
        _assembly.GetType(Namespace + "." + kernel, throwOnError: true)!.GetMethod(method, BindingFlags.Public | BindingFlags.Static)!;

    /// <summary>The method of a product, as it is called with <paramref name="arguments"/>.</summary>
    public MethodInfo ProductMethod(string kernelFile, ProductArguments arguments) =>
        _assembly.GetType($"{Namespace}.{kernelFile}`2", throwOnError: true)!
            .MakeGenericType(_assembly.GetType($"{Namespace}.{arguments.ShapeName}")!, _assembly.GetType($"{Namespace}.{arguments.RowsName}")!)
            .GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!;

    /// <summary>Managed function pointer of a product.</summary>
    public nint ProductPointer(string kernelFile, ProductArguments arguments) => ProductMethod(kernelFile, arguments).MethodHandle.GetFunctionPointer();

    /// <summary>Managed function pointer of a kernel; the caller knows its signature.</summary>
    public nint Pointer(string kernel, string method = "Run") => Method(kernel, method).MethodHandle.GetFunctionPointer();
}
