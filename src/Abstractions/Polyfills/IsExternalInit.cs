#if NETSTANDARD2_0
namespace System.Runtime.CompilerServices;

/// <summary>Lets the compiler accept records and init accessors on .NET Standard 2.0.</summary>
internal static class IsExternalInit;
#endif
