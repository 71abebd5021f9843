using System;
using System.Linq;
using System.Reflection;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Library;
using ModelGen.Templates;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>What the compiler thinks that the runtime has, the runtime has.</summary>
public sealed class LibraryTests
{
    [Fact]
    public void EveryFilterAndTestIsAMethodWithTheseParameters()
    {
        foreach ((string name, LibraryMethod method) in TemplateLibrary.Filters.Concat(TemplateLibrary.Tests).Append(new("map", TemplateLibrary.MapAttribute)))
        {
            Type type = typeof(TemplateFilters).Assembly.GetType("ModelGen.Templates." + method.Class, throwOnError: true)!;
            MethodInfo found = type.GetMethod(method.Name).ShouldNotBeNull(name);
            found.GetParameters().Skip(1).Select(parameter => parameter.Name!)
                .ShouldBe(method.Parameters.Select(parameter => CSharpNames.Parameter(parameter).TrimStart('@')), name);
            found.GetParameters().Skip(1).Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name!)
                .ShouldBe(method.Required.Select(parameter => CSharpNames.Parameter(parameter).TrimStart('@')), name);
        }
    }

    [Fact]
    public void EveryMethodIsOneOfSomeType()
    {
        TemplateValue[] values = ["text", TemplateValue.List(1), TemplateValue.Dictionary("key", 1), Loop()];
        foreach (string method in TemplateLibrary.Methods)
        {
            values.Any(value => value.Attribute(method).AsFunction is not null).ShouldBeTrue(method);
        }

        static TemplateLoop Loop()
        {
            TemplateLoop loop = new(TemplateValue.List(1));
            loop.MoveNext();
            return loop;
        }
    }

    [Fact]
    public void EveryFunctionIsThere()
    {
        foreach (string function in TemplateLibrary.Functions)
        {
            TemplateFunctions.Find(function, DateTime.UnixEpoch).AsFunction.ShouldNotBeNull(function);
        }
    }
}
