using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Library;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Makes calls of the runtime's methods out of filters and tests.</summary>
internal static class LibraryCalls
{
    /// <summary>value | name(arguments)</summary>
    public static Expression Filter(string name, Expression value, EquatableArray<Argument> arguments, TemplatePosition position)
    {
        switch (name)
        {
            case "map":
                return Map(value, arguments, position);
            case "select":
                return Select("Select", value, arguments, position);
            case "reject":
                return Select("Reject", value, arguments, position);
            case "selectattr":
                return SelectAttribute("SelectAttribute", value, arguments, position);
            case "rejectattr":
                return SelectAttribute("RejectAttribute", value, arguments, position);
            case "format":
                // The same as the method % of texts.
                return new LibraryCall(TemplateLibrary.FilterClass, "Format", value, Positional(arguments, "format", position));
            default:
                return TemplateLibrary.FindFilter(name) is LibraryMethod filter
                    ? Call(filter, $"the filter '{name}'", value, arguments, position)
                    : throw new TemplateSyntaxException($"the filter '{name}' is not supported", position);
        }
    }

    /// <summary>value is name(arguments)</summary>
    public static Expression Test(string name, Expression value, EquatableArray<Argument> arguments, TemplatePosition position) =>
        TemplateLibrary.FindTest(name) is LibraryMethod test
            ? Call(test, $"the test '{name}'", value, arguments, position)
            : throw new TemplateSyntaxException($"the test '{name}' is not supported", position);

    // map(attribute=path, default=value), or map(filter, arguments of the filter).
    private static LibraryCall Map(Expression value, EquatableArray<Argument> arguments, TemplatePosition position)
    {
        if (arguments.Count > 0 && arguments[0].Name is null)
        {
            string name = Text(arguments[0].Value) ?? throw new TemplateSyntaxException("the filter of 'map' must be a string", position);
            Expression each = Filter(name, new EachItem(), arguments.Skip(1).ToEquatableArray(), position);
            return Library("Map", value, new EachExpression(each));
        }

        return Call(TemplateLibrary.MapAttribute, "the filter 'map'", value, arguments, position);
    }

    // select(test, arguments of the test); without one, what counts as true.
    private static LibraryCall Select(string method, Expression value, EquatableArray<Argument> arguments, TemplatePosition position) =>
        Library(method, value, new EachExpression(EachTest(arguments, position)));

    // selectattr(path, test, arguments of the test)
    private static LibraryCall SelectAttribute(string method, Expression value, EquatableArray<Argument> arguments, TemplatePosition position)
    {
        if (arguments.Count == 0 || arguments[0].Name is not null)
        {
            throw new TemplateSyntaxException("'selectattr' and 'rejectattr' take the name of an attribute", position);
        }

        return Library(method, value, arguments[0].Value, new EachExpression(EachTest(arguments.Skip(1).ToEquatableArray(), position)));
    }

    private static Expression EachTest(EquatableArray<Argument> arguments, TemplatePosition position)
    {
        if (arguments.Count == 0)
        {
            return new EachItem();
        }

        string name = arguments[0].Name is null && Text(arguments[0].Value) is string text
            ? text
            : throw new TemplateSyntaxException("the test's name must be a string", position);
        return Test(name, new EachItem(), arguments.Skip(1).ToEquatableArray(), position);
    }

    private static string? Text(Expression expression) => (expression as TextLiteral)?.Text;

    private static LibraryCall Library(string method, Expression value, params Expression[] arguments) => new(
        TemplateLibrary.FilterClass, method, value, arguments.Select(argument => new Argument(null, argument)).ToEquatableArray());

    private static EquatableArray<Argument> Positional(EquatableArray<Argument> arguments, string name, TemplatePosition position) =>
        arguments.All(argument => argument.Name is null)
            ? arguments
            : throw new TemplateSyntaxException($"'{name}' with named arguments is not supported", position);

    private static LibraryCall Call(
        LibraryMethod method, string what, Expression value, EquatableArray<Argument> arguments, TemplatePosition position)
    {
        List<string> given = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string? name = arguments[i].Name;
            if (name is null && i >= method.Parameters.Count)
            {
                throw Error(method.Parameters.Count switch
                {
                    0 => "takes no arguments",
                    1 => "takes one argument at most",
                    int count => $"takes {count} arguments at most",
                });
            }

            name ??= method.Parameters[i];
            if (!method.Parameters.Contains(name))
            {
                throw Error($"has no argument '{name}'; it has: {string.Join(", ", method.Parameters)}");
            }

            if (given.Contains(name))
            {
                throw Error($"is given the argument '{name}' twice");
            }

            given.Add(name);
        }

        if (method.Required.FirstOrDefault(required => !given.Contains(required)) is string missing)
        {
            throw Error($"needs the argument '{missing}'");
        }

        IEnumerable<Argument> named = arguments.Select(argument => argument with
        {
            Name = argument.Name is null ? null : CSharpNames.Parameter(argument.Name),
        });
        return new LibraryCall(method.Class, method.Name, value, named.ToEquatableArray());

        TemplateSyntaxException Error(string problem) => new(what + " " + problem, position);
    }
}
