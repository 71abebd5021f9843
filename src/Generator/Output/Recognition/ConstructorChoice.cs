using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Which of a type's constructors makes a value of what was read.</summary>
internal static class ConstructorChoice
{
    /// <summary>
    /// That with [JsonConstructor]; else the public one without parameters; else the only public one. A structure's own goes before that without
    /// parameters which every structure has.
    /// </summary>
    /// <param name="type">A class or structure that is not abstract.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="obstacle">Why there is none, with the mend.</param>
    public static IMethodSymbol? Of(INamedTypeSymbol type, Compilation compilation, out string? obstacle)
    {
        IMethodSymbol[] constructors = [.. type.InstanceConstructors.Where(constructor => !IsCopy(constructor, type))];
        IMethodSymbol? chosen = constructors.FirstOrDefault(constructor => JsonAttributes.Has(constructor, JsonAttributes.Constructor));
        if (chosen is null)
        {
            IMethodSymbol[] visible =
            [
                .. constructors.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public
                    && !(type.IsValueType && constructor.IsImplicitlyDeclared && constructor.Parameters.IsEmpty)),
            ];
            chosen = visible.FirstOrDefault(constructor => constructor.Parameters.IsEmpty)
                ?? (visible.Length == 1 ? visible[0] : null)
                ?? (visible.Length == 0 && type.IsValueType ? constructors.First(constructor => constructor.Parameters.IsEmpty) : null);
        }

        obstacle = chosen is null
            ? "has no public constructor without parameters and no other public one alone; put [JsonConstructor] on the one to take"
            : !compilation.IsSymbolAccessibleWithin(chosen, compilation.Assembly)
            ? "has a [JsonConstructor] that the generated reader cannot see; make it internal or public"
            : chosen.Parameters.FirstOrDefault(parameter => !parameter.HasExplicitDefaultValue && !HasProperty(type, parameter)) is { } lonely
            ? $"has a constructor whose parameter '{lonely.Name}' is no property's name and type; give it a property or a default"
            : null;
        return obstacle is null ? chosen : null;
    }

    private static bool HasProperty(INamedTypeSymbol type, IParameterSymbol parameter)
    {
        for (INamedTypeSymbol? part = type; part is not null; part = part.BaseType)
        {
            if (part.GetMembers().Any(member => member is IPropertySymbol or IFieldSymbol { IsImplicitlyDeclared: false }
                && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && SymbolEqualityComparer.Default.Equals(MemberList.TypeOf(member), parameter.Type)))
            {
                return true;
            }
        }

        return false;
    }

    // A record's own copy.
    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol type) =>
        type.IsRecord && constructor.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type)
        && constructor.IsImplicitlyDeclared;
}
