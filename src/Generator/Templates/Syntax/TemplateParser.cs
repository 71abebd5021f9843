using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Templates.Library;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>Parses templates: the tags, one method each.</summary>
internal sealed class TemplateParser
{
    // Real templates nest some five deep. What the C# compiler's stack holds beside an expression of the greatest depth is about twice this.
    private const int MaxDepth = 50;

    // A macro within a macro is a function within a function, for which the C# compiler needs far more of its stack.
    private const int MaxMacroDepth = 10;

    // Variables that Jinja defines within macros, from arguments that none of the parameters takes.
    private static readonly string[] MacroVariables = ["caller", "kwargs", "varargs"];

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _depth;
    private int _macroDepth;

    // Loops around that a break may end. A macro's or a captured part's body ends them.
    private int _loops;

    private TemplateParser(TokenReader tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
    }

    /// <summary>Parses a template.</summary>
    /// <exception cref="TemplateSyntaxException">It is not Jinja, or has something that is not supported.</exception>
    public static TemplateSyntax Parse(string text)
    {
        TemplateParser parser = new(new TokenReader(TemplateLexer.Lex(text)));
        List<Statement> statements = parser.ParseStatements([]);
        TemplateScope scope = parser._expressions.Scope;
        foreach ((string name, TemplatePosition position) in scope.CalledInputs.Where(call => !TemplateLibrary.Functions.Contains(call.Name)))
        {
            throw new TemplateSyntaxException($"the function '{name}' is not supported", position);
        }

        return new TemplateSyntax(statements.ToEquatableArray(), scope.Inputs, scope.Names, AnswerForms.Of(text));
    }

    /// <summary>Parses up to a tag of one of these names, which is the next token then; without any, up to the template's end.</summary>
    private List<Statement> ParseStatements(string[] ends)
    {
        if (++_depth > MaxDepth)
        {
            throw _tokens.Error($"tags are nested more than {MaxDepth} deep");
        }

        List<Statement> statements = [];
        while (_tokens.Current.Kind != TokenKind.End)
        {
            TemplateToken token = _tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new TextStatement(token.Text));
                    break;
                case TokenKind.OutputBegin:
                    Expression value = _expressions.ParseTuple(withConditional: true);
                    _tokens.Expect(TokenKind.OutputEnd, "'}}'");
                    statements.Add(new OutputStatement(value));
                    break;
                default:
                    if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text))
                    {
                        _depth--;
                        return statements;
                    }

                    ParseTag(statements);
                    break;
            }
        }

        _depth--;
        return ends.Length == 0
            ? statements
            : throw _tokens.Error($"the template ends where '{string.Join("' or '", ends)}' is expected");
    }

    private void ParseTag(List<Statement> statements)
    {
        TemplateToken tag = _tokens.Expect(TokenKind.Name, "the name of a tag");
        int line = tag.Position.Line;
        switch (tag.Text)
        {
            case "if":
                statements.Add(ParseIf(line));
                break;
            case "for":
                statements.Add(ParseFor(line));
                break;
            case "set":
                statements.Add(ParseSet(line));
                break;
            case "macro":
                statements.Add(ParseMacro(line));
                break;
            case "with":
                statements.Add(ParseWith(line));
                break;
            case "filter":
                Expression filtered = _expressions.ParseFilters(new EachItem(), startsInline: true);
                statements.Add(new CaptureStatement(line, Target: null, filtered, ParseCaptured("endfilter")));
                break;
            case "break" when _loops > 0:
                EndTag();
                statements.Add(new BreakStatement());
                break;
            case "continue" when _loops > 0:
                EndTag();
                statements.Add(new ContinueStatement());
                break;
            case "break" or "continue":
                throw new TemplateSyntaxException($"'{tag.Text}' stands outside of a loop's own body", tag.Position);
            case "generation":
                // Marks for training what the model is to learn; what it holds is part of the text.
                EndTag();
                statements.AddRange(ParseStatements(["endgeneration"]));
                EndTag("endgeneration");
                break;
            default:
                throw new TemplateSyntaxException($"the tag '{tag.Text}' is not supported", tag.Position);
        }
    }

    private void EndTag()
    {
        _tokens.TakeOperator(":");
        _tokens.Expect(TokenKind.TagEnd, "'%}'");
    }

    private void EndTag(string name)
    {
        if (!_tokens.TakeName(name))
        {
            throw _tokens.Unexpected($"'{name}'");
        }

        EndTag();
    }

    private IfStatement ParseIf(int line)
    {
        List<IfBranch> branches = [];
        EquatableArray<Statement> otherwise = EquatableArray<Statement>.Empty;
        Expression condition = ParseCondition();
        _expressions.Scope.InBranches(
            () => branches.Add(ParseBranch(condition)),
            () =>
            {
                while (_tokens.TakeName("elif"))
                {
                    Expression other = ParseCondition();
                    _expressions.Scope.InBranches(() => branches.Add(ParseBranch(other)), () => { }, () => { });
                }
            },
            () =>
            {
                if (_tokens.TakeName("else"))
                {
                    EndTag();
                    otherwise = ParseStatements(["endif"]).ToEquatableArray();
                }
            });
        EndTag("endif");
        return new IfStatement(line, branches.ToEquatableArray(), otherwise);
    }

    private Expression ParseCondition()
    {
        Expression condition = _expressions.ParseTuple(withConditional: false);
        EndTag();
        return condition;
    }

    private IfBranch ParseBranch(Expression condition) => new(condition, ParseStatements(["elif", "else", "endif"]).ToEquatableArray());

    private ForStatement ParseFor(int line)
    {
        List<string> names = [];
        AssignmentTarget target = ParseTargets(names.Add);
        if (!_tokens.TakeName("in"))
        {
            throw _tokens.Unexpected("'in'");
        }

        Expression items = _expressions.ParseTuple(withConditional: false);
        Expression? condition = _tokens.TakeName("if") ? InScope(names, _ => _expressions.Parse()) : null;
        if (_tokens.Current.IsName("recursive"))
        {
            throw _tokens.Error("recursive loops are not supported");
        }

        EndTag();
        bool usesLoop = false;
        bool assignsTarget = false;
        ScopeBody body = InScope([.. names, "loop"], scope =>
        {
            _loops++;
            List<Statement> statements = ParseStatements(["else", "endfor"]);
            _loops--;
            usesLoop = scope.Reads("loop");
            assignsTarget = scope.AssignsParameter;
            return Body(statements, scope);
        });
        ScopeBody? otherwise = null;
        if (_tokens.TakeName("else"))
        {
            EndTag();
            otherwise = InScope([], scope => Body(ParseStatements(["endfor"]), scope));
        }

        EndTag("endfor");
        return new ForStatement(line, target, items, condition, body, otherwise, usesLoop, assignsTarget);
    }

    private Statement ParseSet(int line)
    {
        // What a variable is set to may read what it was before.
        List<string> assigned = [];
        AssignmentTarget target = _tokens.Following.IsOperator(".") ? ParseNamespaceTarget() : ParseTargets(assigned.Add);
        if (_tokens.TakeOperator("="))
        {
            Expression value = _expressions.ParseTuple(withConditional: true);
            EndTag();
            assigned.ForEach(_expressions.Scope.Assign);
            return new SetStatement(target, value);
        }

        assigned.ForEach(_expressions.Scope.Assign);
        Expression captured = _expressions.ParseFilters(new EachItem());
        return new CaptureStatement(line, target, captured, ParseCaptured("endset"));
    }

    private ScopeBody ParseCaptured(string end)
    {
        EndTag();
        ScopeBody body = OutsideOfLoops([], scope => Body(ParseStatements([end]), scope));
        EndTag(end);
        return body;
    }

    private MacroStatement ParseMacro(int line)
    {
        if (++_macroDepth > MaxMacroDepth)
        {
            throw _tokens.Error($"macros are nested more than {MaxMacroDepth} deep");
        }

        string name = ExpectVariable();
        _expressions.Scope.Assign(name);
        _tokens.ExpectOperator("(");
        List<MacroParameter> parameters = [];
        ScopeBody body = OutsideOfLoops([], scope =>
        {
            ParseParameters(parameters, scope);
            EndTag();
            List<Statement> statements = ParseStatements(["endmacro"]);
            return MacroVariables.FirstOrDefault(scope.Reads) is string variable
                ? throw _tokens.Error($"the variable '{variable}' of macros is not supported")
                : Body(statements, scope);
        });
        EndTag("endmacro");
        _macroDepth--;
        return new MacroStatement(line, name, parameters.ToEquatableArray(), body);
    }

    private void ParseParameters(List<MacroParameter> parameters, TemplateScope scope)
    {
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            string name = ExpectVariable();
            if (parameters.Any(parameter => parameter.Name == name))
            {
                throw _tokens.Error($"the macro has two parameters '{name}'");
            }

            scope.AddParameter(name);
            bool hasDefault = _tokens.TakeOperator("=");
            if (!hasDefault && parameters.Any(parameter => parameter.Default is not null))
            {
                throw _tokens.Error($"the parameter '{name}' without a default stands behind one with a default");
            }

            parameters.Add(new MacroParameter(name, hasDefault ? _expressions.Parse() : null));
        }
    }

    private WithStatement ParseWith(int line)
    {
        List<WithVariable> variables = [];
        List<string> names = [];
        while (_tokens.Current.Kind != TokenKind.TagEnd)
        {
            if (variables.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            AssignmentTarget target = ParseTargets(names.Add);
            _tokens.ExpectOperator("=");
            variables.Add(new WithVariable(target, _expressions.Parse()));
        }

        EndTag();
        ScopeBody body = InScope(names, scope => Body(ParseStatements(["endwith"]), scope));
        EndTag("endwith");
        return new WithStatement(line, variables.ToEquatableArray(), body);
    }

    /// <summary>Parses a target, or several with commas between.</summary>
    private AssignmentTarget ParseTargets(Action<string> declare)
    {
        List<AssignmentTarget> targets = [ParseTarget(declare)];
        bool isTuple = false;
        while (_tokens.TakeOperator(","))
        {
            isTuple = true;
            if (_tokens.Current.Kind != TokenKind.Name && !_tokens.Current.IsOperator("("))
            {
                break;
            }

            targets.Add(ParseTarget(declare));
        }

        return isTuple ? new TupleTarget(targets.ToEquatableArray()) : targets[0];
    }

    private NamespaceTarget ParseNamespaceTarget()
    {
        string name = _tokens.ExpectName();
        _expressions.Scope.Read(name);
        _tokens.ExpectOperator(".");
        return new NamespaceTarget(name, _tokens.ExpectName());
    }

    private AssignmentTarget ParseTarget(Action<string> declare)
    {
        if (_tokens.TakeOperator("("))
        {
            if (++_depth > MaxDepth)
            {
                throw _tokens.Error($"targets are nested more than {MaxDepth} deep");
            }

            AssignmentTarget inner = ParseTargets(declare);
            _depth--;
            _tokens.ExpectOperator(")");
            return inner;
        }

        string name = ExpectVariable();
        declare(name);
        return new NameTarget(name);
    }

    /// <summary>Takes the name of a variable that gets a value.</summary>
    private string ExpectVariable()
    {
        TemplatePosition position = _tokens.Current.Position;
        string name = _tokens.ExpectName();
        return name is "loop" or "true" or "false" or "none" or "True" or "False" or "None"
            ? throw new TemplateSyntaxException($"'{name}' cannot be assigned", position)
            : name;
    }

    private T OutsideOfLoops<T>(IEnumerable<string> parameters, Func<TemplateScope, T> parse)
    {
        int loops = _loops;
        _loops = 0;
        T result = InScope(parameters, parse);
        _loops = loops;
        return result;
    }

    private T InScope<T>(IEnumerable<string> parameters, Func<TemplateScope, T> parse)
    {
        TemplateScope scope = new(_expressions.Scope);
        foreach (string parameter in parameters)
        {
            scope.AddParameter(parameter);
        }

        _expressions.Scope = scope;
        T result = parse(scope);
        scope.Close();
        _expressions.Scope = scope.Outer!;
        return result;
    }

    private static ScopeBody Body(List<Statement> statements, TemplateScope scope) => new(statements.ToEquatableArray(), scope.Variables, scope.Names);
}
