using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Grammars.Compilation;

/// <summary>Refuses what is nested so deeply that walking through it would run out of stack.</summary>
internal static class Recursion
{
    /// <summary>Called by each step of a walk into the depth.</summary>
    /// <exception cref="GrammarException">There is little stack left.</exception>
    public static void Guard()
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new GrammarException("The grammar is nested too deeply; give its inner parts rules of their own.");
        }
    }
}
