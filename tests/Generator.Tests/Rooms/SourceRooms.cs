using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Tests.Shared;

namespace ModelGen.Generator.Tests.Rooms;

/// <summary>A project's sources as the compiler reads them, and which of their rooms use which others. A room is a namespace.</summary>
internal sealed class SourceRooms
{
    private readonly CSharpCompilation _compilation;
    private readonly string _folder;
    private readonly string _hall;
    private readonly Dictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _misplaced = new(StringComparer.Ordinal);

    private SourceRooms(CSharpCompilation compilation, string folder, string hall)
    {
        _compilation = compilation;
        _folder = folder;
        _hall = hall;
    }

    /// <summary>What the compiler could not make sense of: uses that stand there would not be seen.</summary>
    public IEnumerable<string> Errors => _compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>Types outside of their room: each room is a folder with what lies below it, so that folders are no more entangled than rooms.</summary>
    public IReadOnlyCollection<string> Misplaced => _misplaced;

    /// <summary>Reads a project's sources.</summary>
    /// <param name="project">Its folder in src.</param>
    /// <param name="assembly">Its assembly's name.</param>
    /// <param name="hall">The namespace of what lies in that folder itself.</param>
    public static SourceRooms Read(string project, string assembly, string hall)
    {
        string folder = Path.Combine(RepositoryFiles.Root, "src", project);
        CSharpParseOptions language = new(LanguageVersion.Latest, preprocessorSymbols: ["NET", "NET9_0_OR_GREATER", "NET10_0_OR_GREATER"]);
        CSharpCompilation compilation = CSharpCompilation.Create(
            assembly,
            Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(path => IsCompiled(Path.GetRelativePath(folder, path)))
                .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), language, path)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        SourceRooms rooms = new(compilation, folder, hall);
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            rooms.Note(tree);
        }

        return rooms;
    }

    /// <summary>The rooms that use each other, directly or by way of others, each with a place where it does; none where all uses go one way.</summary>
    /// <param name="aside">Rooms that are not looked at.</param>
    public IEnumerable<string> Cycles(IReadOnlyCollection<string> aside) =>
        from room in _uses.Keys.Except(aside).Order(StringComparer.Ordinal)
        from use in _uses[room]
        where !aside.Contains(use.Key) && IsReached(room, use.Key, aside)
        select $"{room} uses {use.Key}: {use.Value}";

    // The kernels are text to the generator, and what a build has written is no source.
    private static bool IsCompiled(string path) => path.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj" or "Kernels");

    private bool IsReached(string room, string from, IReadOnlyCollection<string> aside)
    {
        HashSet<string> reached = new([from], StringComparer.Ordinal);
        Queue<string> next = new(reached);
        while (next.TryDequeue(out string? user))
        {
            foreach (string used in _uses[user].Keys.Except(aside).Where(reached.Add))
            {
                next.Enqueue(used);
            }
        }

        return reached.Contains(room);
    }

    private void Note(SyntaxTree tree)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        IEnumerable<SyntaxNode> outermost = tree.GetRoot().DescendantNodes(node => node is not BaseTypeDeclarationSyntax);
        foreach (BaseTypeDeclarationSyntax declaration in outermost.OfType<BaseTypeDeclarationSyntax>())
        {
            INamedTypeSymbol user = model.GetDeclaredSymbol(declaration)!;
            NotePlace(user, tree.FilePath);
            foreach (SyntaxNode node in declaration.DescendantNodes().Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax))
            {
                if (IsOwn(model.GetSymbolInfo(node).Symbol, out INamedTypeSymbol? used) && RoomOf(used) != RoomOf(user))
                {
                    _uses[RoomOf(user)].TryAdd(RoomOf(used), $"{user.Name} names {used.Name}");
                }
            }
        }
    }

    private void NotePlace(INamedTypeSymbol type, string path)
    {
        string room = RoomOf(type);
        _uses.TryAdd(room, new SortedDictionary<string, string>(StringComparer.Ordinal));
        string place = string.Join('.', [_hall, .. Path.GetRelativePath(_folder, path).Split(Path.DirectorySeparatorChar)[..^1]]);
        bool isInside = (place + '.').StartsWith(room + '.', StringComparison.Ordinal) && (room != _hall || place == _hall);
        if (!isInside)
        {
            _misplaced.Add($"{room}.{type.Name} lies in {place}");
        }
    }

    /// <summary>The type of these sources that a symbol is, or is a member of.</summary>
    private bool IsOwn(ISymbol? symbol, [NotNullWhen(true)] out INamedTypeSymbol? type)
    {
        type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        return type is not null && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _compilation.Assembly);
    }

    private static string RoomOf(INamedTypeSymbol symbol) => symbol.ContainingNamespace.ToDisplayString();
}
