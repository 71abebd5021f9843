using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>An expression of a template.</summary>
/// <param name="Height">How many expressions stand one within the other, itself counted.</param>
internal abstract record Expression(int Height)
{
    // The C# compiler needs several times as much of its stack for a function within a function as for a call within a call.
    protected const int FunctionHeight = 5;

    /// <summary>The height of what holds these.</summary>
    protected static int Above(params Expression?[] parts) => AboveAll(parts);

    /// <summary>The height of what holds these.</summary>
    protected static int AboveAll(IEnumerable<Expression?> parts) => 1 + parts.Aggregate(0, (height, part) => Math.Max(height, part?.Height ?? 0));

    /// <summary>The height of a call.</summary>
    protected static int AboveCall(Expression target, EquatableArray<Argument> arguments) =>
        AboveAll(arguments.Select(argument => argument.Value).Prepend(target));
}

/// <summary>A string of the template.</summary>
internal sealed record TextLiteral(string Text) : Expression(1);

/// <summary>A whole number.</summary>
internal sealed record IntegerLiteral(long Value) : Expression(1);

/// <summary>A number with a point.</summary>
internal sealed record FloatLiteral(double Value) : Expression(1);

/// <summary>true or false.</summary>
internal sealed record BooleanLiteral(bool Value) : Expression(1);

/// <summary>none.</summary>
internal sealed record NoneLiteral() : Expression(1);

/// <summary>[a, b], or (a, b) where it is a tuple.</summary>
internal sealed record ListLiteral(EquatableArray<Expression> Items, bool IsTuple) : Expression(AboveAll(Items));

/// <summary>{"key": value}</summary>
internal sealed record DictionaryLiteral(EquatableArray<DictionaryEntry> Entries)
    : Expression(AboveAll(Entries.SelectMany(entry => new[] { entry.Key, entry.Value })));

/// <summary>An entry of a dictionary.</summary>
internal sealed record DictionaryEntry(Expression Key, Expression Value);

/// <summary>A variable.</summary>
internal sealed record NameExpression(string Name) : Expression(1);

/// <summary>Within an <see cref="EachExpression"/>: the item it is called with.</summary>
internal sealed record EachItem() : Expression(1);

/// <summary>A function of one item, such as the test that select makes of each.</summary>
internal sealed record EachExpression(Expression Body) : Expression(Above(Body) + FunctionHeight);

/// <summary>target[index], or target.name, which is the same unless the name is that of a method.</summary>
internal sealed record IndexExpression(Expression Target, Expression Index) : Expression(Above(Target, Index));

/// <summary>target.name, where the name is that of a method.</summary>
internal sealed record AttributeExpression(Expression Target, string Name) : Expression(Above(Target));

/// <summary>target[start:stop:step]; a part may be missing.</summary>
internal sealed record SliceExpression(Expression Target, Expression? Start, Expression? Stop, Expression? Step)
    : Expression(Above(Target, Start, Stop, Step));

/// <summary>An argument of a call; its name where it is given by name.</summary>
internal sealed record Argument(string? Name, Expression Value);

/// <summary>A call of a macro or function.</summary>
internal sealed record InvokeExpression(Expression Function, EquatableArray<Argument> Arguments)
    : Expression(AboveCall(Function, Arguments));

/// <summary>target.name(arguments)</summary>
internal sealed record MethodCall(Expression Target, string Name, EquatableArray<Argument> Arguments)
    : Expression(AboveCall(Target, Arguments));

/// <summary>A filter or a test: a method of the runtime, the filtered value its first argument.</summary>
/// <param name="Class">Class of the method.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The value.</param>
/// <param name="Arguments">The other arguments, named as in C#.</param>
internal sealed record LibraryCall(string Class, string Method, Expression Target, EquatableArray<Argument> Arguments)
    : Expression(AboveCall(Target, Arguments));

/// <summary>An operator in front of its operand.</summary>
internal sealed record UnaryExpression(UnaryOperator Operator, Expression Operand) : Expression(Above(Operand));

/// <summary>Operators of one operand.</summary>
internal enum UnaryOperator
{
    Not,
    Negative,
    Positive,
}

/// <summary>An operator between its operands.</summary>
internal sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression(Above(Left, Right));

/// <summary>Operators of two operands.</summary>
internal enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

/// <summary>a &lt; b &lt; c: a &lt; b and b &lt; c, in which b is evaluated once.</summary>
internal sealed record ChainExpression(Expression First, EquatableArray<ChainedComparison> Comparisons)
    : Expression(AboveAll(Comparisons.Select(comparison => comparison.Right).Prepend(First)) + Comparisons.Count);

/// <summary>A comparison with what the one in front of it ends with.</summary>
internal sealed record ChainedComparison(BinaryOperator Operator, Expression Right);

/// <summary>a ~ b ~ c</summary>
internal sealed record ConcatExpression(EquatableArray<Expression> Items) : Expression(AboveAll(Items));

/// <summary>then if condition else otherwise; undefined where there is no else.</summary>
internal sealed record ConditionalExpression(Expression Condition, Expression Then, Expression? Otherwise)
    : Expression(Above(Condition, Then, Otherwise));
