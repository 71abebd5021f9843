#if NETSTANDARD2_0
namespace System.Runtime.CompilerServices;

/// <summary>Lets the compiler accept records and init accessors on .NET Standard 2.0.</summary>
internal static class IsExternalInit;
#else
// Assemblies that were compiled against the .NET Standard build look for the type here.
[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof(System.Runtime.CompilerServices.IsExternalInit))]
#endif
