using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Syntax;

namespace ModelGen.Generator.Templates;

/// <summary>Writes a template as a C# class: its method Render writes what the template writes, statement by statement.</summary>
internal sealed class TemplateEmitter
{
    private readonly SourceWriter _writer;
    private readonly EmittedVariables _variables = new();
    private readonly ExpressionEmitter _expressions;
    private string _output = EmittedVariables.Output;

    private TemplateEmitter(SourceWriter writer)
    {
        _writer = writer;
        _expressions = new ExpressionEmitter(_variables);
    }

    /// <summary>Writes the class of a template.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="modifiers">Its accessibility.</param>
    /// <param name="className">Its name.</param>
    /// <param name="name">Name of the template.</param>
    /// <param name="template">The template.</param>
    public static void Emit(SourceWriter writer, string modifiers, string className, string name, TemplateSyntax template)
    {
        using (writer.Block($"{modifiers} sealed class {className} : CompiledTemplate"))
        {
            writer.Line($"/// <summary>Creates the template.</summary>");
            writer.Line($"public {className}()");
            AnswerForms forms = template.Forms;
            using (writer.Block(
                $"    : base({CSharpText.Literal(name)}, global::ModelGen.{nameof(ToolCallForm)}.{forms.ToolCalls}, "
                + $"global::ModelGen.{nameof(ReasoningForm)}.{forms.Reasoning})"))
            {
            }

            writer.Line();
            writer.Line("/// <inheritdoc/>");
            using (writer.Block(
                $"protected override void Render(TemplateContext {EmittedVariables.Context}, TemplateWriter {EmittedVariables.Output})"))
            {
                new TemplateEmitter(writer).EmitTemplate(template);
            }
        }
    }

    private void EmitTemplate(TemplateSyntax template)
    {
        _variables.Own(EmittedVariables.Output);
        _variables.Open(template.Names);
        if (template.Inputs.Count > 0)
        {
            _writer.Line("// What the caller gives; undefined where it gives nothing.");
            foreach (ScopeVariable input in template.Inputs)
            {
                string value = input.StartsUndefined ? EmittedVariables.Undefined : $"{EmittedVariables.Context}[{CSharpText.Literal(input.Name)}]";
                _writer.Line($"TemplateValue {_variables.Declare(input.Name)} = {value};");
            }

            _writer.Line();
        }

        EmitStatements(template.Body);
        _variables.Close();
    }

    /// <summary>Writes statements up to one that never goes on to the next: the C# compiler warns of code that is not reached.</summary>
    /// <returns>Whether their end is reached.</returns>
    private bool EmitStatements(EquatableArray<Statement> statements)
    {
        foreach (Statement statement in statements)
        {
            EmitStatement(statement);
            if (!ReachesEnd(statement))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReachesEnd(Statement statement) => statement switch
    {
        BreakStatement or ContinueStatement => false,
        WithStatement with => with.Body.Statements.All(ReachesEnd),
        IfStatement choice => choice.Otherwise.All(ReachesEnd) || choice.Branches.Any(branch => branch.Body.All(ReachesEnd)),
        _ => true,
    };

    private void EmitStatement(Statement statement)
    {
        switch (statement)
        {
            case TextStatement text:
                _writer.Line($"{_output}.Write({CSharpText.Literal(text.Text)});");
                break;
            case OutputStatement output:
                _writer.Line($"{_output}.Write({_expressions.Emit(output.Value)});");
                break;
            case IfStatement choice:
                EmitIf(choice);
                break;
            case ForStatement loop:
                EmitFor(loop);
                break;
            case SetStatement { Target: TupleTarget target } set:
                EmitUnpacking(target, _expressions.EmitTarget(set.Value), Assign);
                break;
            case SetStatement set:
                Assign(set.Target, _expressions.Emit(set.Value));
                break;
            case CaptureStatement capture:
                EmitCapture(capture);
                break;
            case MacroStatement macro:
                EmitMacro(macro);
                break;
            case WithStatement with:
                EmitWith(with);
                break;
            case BreakStatement:
                _writer.Line("break;");
                break;
            case ContinueStatement:
                _writer.Line("continue;");
                break;
            default:
                throw new InvalidOperationException($"{statement.GetType().Name} is not a statement of C#.");
        }
    }

    private void EmitIf(IfStatement choice)
    {
        Mark(choice);
        string keyword = "if";
        foreach (IfBranch branch in choice.Branches)
        {
            using (_writer.Block($"{keyword} ({_expressions.EmitValue(branch.Condition)})"))
            {
                EmitStatements(branch.Body);
            }

            keyword = "else if";
        }

        if (choice.Otherwise.Count > 0)
        {
            using (_writer.Block("else"))
            {
                EmitStatements(choice.Otherwise);
            }
        }
    }

    private void EmitFor(ForStatement loop)
    {
        Mark(loop);
        string value = _expressions.EmitTarget(loop.Items);
        string items = loop.Condition is null ? value + ".Items()" : $"{value}.Where({Condition(loop)})";
        bool needsState = loop.UsesLoop;
        string state = "";
        if (needsState)
        {
            state = _variables.Own(EmittedVariables.Loop);
            _writer.Line($"TemplateLoop {state} = new({(loop.Condition is null ? value : items)});");
        }

        // Jinja does what else holds where no item came to the end of the body: there was none, or each met a break or continue.
        string isEmpty = "";
        if (loop.Otherwise is not null)
        {
            isEmpty = _variables.Own(EmittedVariables.IsEmpty);
            _writer.Line($"bool {isEmpty} = true;");
        }

        Dictionary<string, string> outer = Outside(loop.Body);
        _variables.Open(loop.Body.Names);
        _variables.Bind("loop", state);

        // C# does not let the variable of a foreach be assigned, or be several.
        bool isOwn = !needsState && (loop.AssignsTarget || loop.Target is TupleTarget);
        string item = needsState ? state + ".Current" : isOwn ? _variables.Own(EmittedVariables.Each) : _variables.Declare(((NameTarget)loop.Target).Name);
        using (_writer.Block(needsState ? $"while ({state}.MoveNext())" : $"foreach (TemplateValue {item} in {items})"))
        {
            if (loop.Target is TupleTarget target)
            {
                EmitUnpacking(target, item, Declare);
            }
            else if (needsState || isOwn)
            {
                Declare(loop.Target, item);
            }

            if (EmitBody(loop.Body, outer) && loop.Otherwise is not null)
            {
                _writer.Line($"{isEmpty} = false;");
            }
        }

        _variables.Close();
        if (loop.Otherwise is not null)
        {
            using (_writer.Block($"if ({isEmpty})"))
            {
                EmitScope(loop.Otherwise);
            }
        }
    }

    /// <summary>The condition of a loop as a function of the item.</summary>
    private string Condition(ForStatement loop)
    {
        _variables.Open(EquatableArray<string>.Empty);
        string function;
        if (loop.Target is NameTarget target)
        {
            string item = _variables.Declare(target.Name);
            function = $"{item} => {_expressions.Emit(loop.Condition!)}";
        }
        else
        {
            // The variables of the parts, and the condition on them, in one line of a lambda.
            List<string> statements = [];
            string item = _variables.Own(EmittedVariables.Each);
            Unpack((TupleTarget)loop.Target, item, statements.Add, (inner, value) => statements.Add(Declaration(inner, value)));
            function = $"{item} => {{ {string.Join(" ", statements)} return {_expressions.Emit(loop.Condition!)}; }}";
        }

        _variables.Close();
        return function;
    }

    private void EmitCapture(CaptureStatement capture)
    {
        Mark(capture);
        string outer = _output;
        string captured = _variables.Own(EmittedVariables.Output);
        _writer.Line($"TemplateWriter {captured} = new();");
        _output = captured;
        using (_writer.Block(""))
        {
            EmitScope(capture.Body);
        }

        _output = outer;
        string value = _expressions.EmitWith(capture.Value, captured + ".ToValue()");
        switch (capture.Target)
        {
            case null:
                _writer.Line($"{_output}.WriteText({value});");
                break;
            case TupleTarget target:
                EmitUnpacking(target, value, Assign);
                break;
            default:
                Assign(capture.Target, value);
                break;
        }
    }

    private void EmitMacro(MacroStatement macro)
    {
        Mark(macro);
        string outerOutput = _output;
        _output = _variables.Own(EmittedVariables.Output);
        string arguments = _variables.Own(EmittedVariables.Arguments);
        string names = string.Join(", ", macro.Parameters.Select(parameter => CSharpText.Literal(parameter.Name)));
        string variable = _variables[macro.Name];
        Dictionary<string, string> outer = Outside(macro.Body);
        _variables.Open(macro.Body.Names);
        using (_writer.Block($"{variable} = TemplateValue.Macro({CSharpText.Literal(macro.Name)}, new string[] {{ {names} }}, {arguments} =>", "});"))
        {
            // A default may read the parameters behind its own, which are undefined where they are not given.
            for (int i = 0; i < macro.Parameters.Count; i++)
            {
                _variables.Bind(macro.Parameters[i].Name, FormattableString.Invariant($"{arguments}[{i}]"));
            }

            for (int i = 0; i < macro.Parameters.Count; i++)
            {
                MacroParameter parameter = macro.Parameters[i];
                string index = i.ToString(CultureInfo.InvariantCulture);
                string value = $"{arguments}[{index}]";
                if (parameter.Default is not null)
                {
                    value = $"{arguments}.Has({index}) ? {value} : {_expressions.EmitValue(parameter.Default)}";
                }

                _writer.Line($"TemplateValue {_variables.Declare(parameter.Name)} = {value};");
            }

            _writer.Line($"TemplateWriter {_output} = new();");
            EmitBody(macro.Body, outer);
            _writer.Line($"return {_output}.ToValue();");
        }

        _variables.Close();
        _output = outerOutput;
    }

    private void EmitWith(WithStatement with)
    {
        Mark(with);
        string[] values = [.. with.Variables.Select(variable => _expressions.Emit(variable.Value))];
        Dictionary<string, string> outer = Outside(with.Body);
        _variables.Open(with.Body.Names);
        using (_writer.Block(""))
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (with.Variables[i].Target is TupleTarget target)
                {
                    EmitUnpacking(target, "((TemplateValue)" + values[i] + ")", Declare);
                }
                else
                {
                    Declare(with.Variables[i].Target, values[i]);
                }
            }

            EmitBody(with.Body, outer);
        }

        _variables.Close();
    }

    private void EmitScope(ScopeBody body)
    {
        Dictionary<string, string> outer = Outside(body);
        _variables.Open(body.Names);
        EmitBody(body, outer);
        _variables.Close();
    }

    /// <summary>The variables, named as those of the scope, that its own start with.</summary>
    private Dictionary<string, string> Outside(ScopeBody body) =>
        body.Variables.ToDictionary(variable => variable.Name, _variables.StartOf, StringComparer.Ordinal);

    /// <returns>Whether the body's end is reached.</returns>
    private bool EmitBody(ScopeBody body, Dictionary<string, string> outer)
    {
        foreach (ScopeVariable variable in body.Variables)
        {
            _writer.Line($"TemplateValue {_variables.Declare(variable.Name)} = {outer[variable.Name]};");
        }

        return EmitStatements(body.Statements);
    }

    private void Assign(AssignmentTarget target, string value)
    {
        if (target is NamespaceTarget attribute)
        {
            _writer.Line($"{_variables[attribute.Name]}.SetAttribute({CSharpText.Literal(attribute.Attribute)}, {value});");
            return;
        }

        // The C# compiler warns of an assignment of a variable to itself.
        string variable = _variables[((NameTarget)target).Name];
        if (variable != value)
        {
            _writer.Line($"{variable} = {value};");
        }
    }

    private void Declare(AssignmentTarget target, string value) => _writer.Line(Declaration(target, value));

    private string Declaration(AssignmentTarget target, string value) =>
        $"TemplateValue {_variables.Declare(((NameTarget)target).Name)} = {value};";

    private void EmitUnpacking(TupleTarget target, string value, Action<AssignmentTarget, string> assign) =>
        Unpack(target, value, statement => _writer.Line(statement), assign);

    /// <summary>Gives each part of a value to the target in its place.</summary>
    private void Unpack(TupleTarget target, string value, Action<string> write, Action<AssignmentTarget, string> assign)
    {
        string parts = _variables.Own(EmittedVariables.Parts);
        write(FormattableString.Invariant($"TemplateValue[] {parts} = {value}.Unpack({target.Items.Count});"));
        for (int i = 0; i < target.Items.Count; i++)
        {
            string part = FormattableString.Invariant($"{parts}[{i}]");
            if (target.Items[i] is TupleTarget inner)
            {
                Unpack(inner, part, write, assign);
            }
            else
            {
                assign(target.Items[i], part);
            }
        }
    }

    // The template itself is not at hand for who reads the C#; the line is where to look.
    private void Mark(BlockStatement statement) => _writer.Line(TemplateCompiler.Mark(statement.Line));
}
