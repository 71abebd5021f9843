using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>A statement of a template.</summary>
internal abstract record Statement;

/// <summary>A statement that holds others.</summary>
/// <param name="Line">Line of the template where it starts.</param>
internal abstract record BlockStatement(int Line) : Statement;

/// <summary>Statements with variables of their own.</summary>
/// <param name="Statements">The statements.</param>
/// <param name="Variables">Names that are assigned within.</param>
/// <param name="Names">Names that have a value within: its variables, what opens it, and what it reads.</param>
internal sealed record ScopeBody(EquatableArray<Statement> Statements, EquatableArray<ScopeVariable> Variables, EquatableArray<string> Names);

/// <summary>A variable of a scope. It starts with the value that its name has outside.</summary>
/// <param name="Name">Its name.</param>
/// <param name="StartsUndefined">Whether it starts undefined where no scope around has the name, even if the caller gives it a value.</param>
internal sealed record ScopeVariable(string Name, bool StartsUndefined);

/// <summary>Text as it stands.</summary>
internal sealed record TextStatement(string Text) : Statement;

/// <summary>{{ value }}</summary>
internal sealed record OutputStatement(Expression Value) : Statement;

/// <summary>if, elif and else.</summary>
internal sealed record IfStatement(int Line, EquatableArray<IfBranch> Branches, EquatableArray<Statement> Otherwise) : BlockStatement(Line);

/// <summary>A branch of an if.</summary>
internal sealed record IfBranch(Expression Condition, EquatableArray<Statement> Body);

/// <summary>What a value is assigned to.</summary>
internal abstract record AssignmentTarget;

/// <summary>A variable.</summary>
internal sealed record NameTarget(string Name) : AssignmentTarget;

/// <summary>Several, which take an item of the value each.</summary>
internal sealed record TupleTarget(EquatableArray<AssignmentTarget> Items) : AssignmentTarget;

/// <summary>A variable of a namespace.</summary>
internal sealed record NamespaceTarget(string Name, string Attribute) : AssignmentTarget;

/// <summary>for target in items if condition; else.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Target">Takes each item.</param>
/// <param name="Items">The items.</param>
/// <param name="Condition">Which items are taken; null: all.</param>
/// <param name="Body">Done with each.</param>
/// <param name="Otherwise">Done where there is no item; null: nothing.</param>
/// <param name="UsesLoop">Whether the body reads the variable loop.</param>
/// <param name="AssignsTarget">Whether the body assigns what takes the items.</param>
internal sealed record ForStatement(
    int Line,
    AssignmentTarget Target,
    Expression Items,
    Expression? Condition,
    ScopeBody Body,
    ScopeBody? Otherwise,
    bool UsesLoop,
    bool AssignsTarget)
    : BlockStatement(Line);

/// <summary>break</summary>
internal sealed record BreakStatement : Statement;

/// <summary>continue</summary>
internal sealed record ContinueStatement : Statement;

/// <summary>set target = value</summary>
internal sealed record SetStatement(AssignmentTarget Target, Expression Value) : Statement;

/// <summary>What the body writes goes through the filters into a variable (set … endset), or into the output (filter … endfilter).</summary>
/// <param name="Line">Its line.</param>
/// <param name="Target">The variable; null: the output.</param>
/// <param name="Value">The value, in which <see cref="EachItem"/> is the text that the body wrote.</param>
/// <param name="Body">The body.</param>
internal sealed record CaptureStatement(int Line, AssignmentTarget? Target, Expression Value, ScopeBody Body) : BlockStatement(Line);

/// <summary>A macro.</summary>
internal sealed record MacroStatement(int Line, string Name, EquatableArray<MacroParameter> Parameters, ScopeBody Body) : BlockStatement(Line);

/// <summary>A parameter of a macro; without a default it is undefined where it is not given.</summary>
internal sealed record MacroParameter(string Name, Expression? Default);

/// <summary>with: variables for a body.</summary>
internal sealed record WithStatement(int Line, EquatableArray<WithVariable> Variables, ScopeBody Body) : BlockStatement(Line);

/// <summary>A variable of a with.</summary>
internal sealed record WithVariable(AssignmentTarget Target, Expression Value);

/// <summary>A whole template.</summary>
/// <param name="Body">Its statements.</param>
/// <param name="Inputs">All names that it or a scope within uses and that nothing within gives a value: each starts with the value that the caller gives.</param>
/// <param name="Names">Those that it uses outside of inner scopes.</param>
/// <param name="Forms">How a model that reads it answers.</param>
internal sealed record TemplateSyntax(
    EquatableArray<Statement> Body, EquatableArray<ScopeVariable> Inputs, EquatableArray<string> Names, AnswerForms Forms);
