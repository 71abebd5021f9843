using ModelGen.Collections;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>An expression of a template.</summary>
internal abstract record Expression;

/// <summary>A string of the template.</summary>
internal sealed record TextLiteral(string Text) : Expression;

/// <summary>A whole number.</summary>
internal sealed record IntegerLiteral(long Value) : Expression;

/// <summary>A number with a point.</summary>
internal sealed record FloatLiteral(double Value) : Expression;

/// <summary>true or false.</summary>
internal sealed record BooleanLiteral(bool Value) : Expression;

/// <summary>none.</summary>
internal sealed record NoneLiteral : Expression;

/// <summary>[a, b], or (a, b) where it is a tuple.</summary>
internal sealed record ListLiteral(EquatableArray<Expression> Items, bool IsTuple) : Expression;

/// <summary>{"key": value}</summary>
internal sealed record DictionaryLiteral(EquatableArray<DictionaryEntry> Entries) : Expression;

/// <summary>An entry of a dictionary.</summary>
internal sealed record DictionaryEntry(Expression Key, Expression Value);

/// <summary>A variable.</summary>
internal sealed record NameExpression(string Name) : Expression;

/// <summary>Within an <see cref="EachExpression"/>: the item it is called with.</summary>
internal sealed record EachItem : Expression;

/// <summary>A function of one item, such as the test that select makes of each.</summary>
internal sealed record EachExpression(Expression Body) : Expression;

/// <summary>target[index], or target.name, which is the same unless the name is that of a method.</summary>
internal sealed record IndexExpression(Expression Target, Expression Index) : Expression;

/// <summary>target.name, where the name is that of a method.</summary>
internal sealed record AttributeExpression(Expression Target, string Name) : Expression;

/// <summary>target[start:stop:step]; a part may be missing.</summary>
internal sealed record SliceExpression(Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression;

/// <summary>An argument of a call; its name where it is given by name.</summary>
internal sealed record Argument(string? Name, Expression Value);

/// <summary>A call of a macro or function.</summary>
internal sealed record InvokeExpression(Expression Function, EquatableArray<Argument> Arguments) : Expression;

/// <summary>target.name(arguments)</summary>
internal sealed record MethodCall(Expression Target, string Name, EquatableArray<Argument> Arguments) : Expression;

/// <summary>A filter or a test: a method of the runtime, the filtered value its first argument.</summary>
/// <param name="Class">Class of the method.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The value.</param>
/// <param name="Arguments">The other arguments, named as in C#.</param>
internal sealed record LibraryCall(string Class, string Method, Expression Target, EquatableArray<Argument> Arguments) : Expression;

/// <summary>An operator in front of its operand.</summary>
internal sealed record UnaryExpression(UnaryOperator Operator, Expression Operand) : Expression;

/// <summary>Operators of one operand.</summary>
internal enum UnaryOperator
{
    Not,
    Negative,
    Positive,
}

/// <summary>An operator between its operands.</summary>
internal sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression;

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

/// <summary>a ~ b ~ c</summary>
internal sealed record ConcatExpression(EquatableArray<Expression> Items) : Expression;

/// <summary>then if condition else otherwise; undefined where there is no else.</summary>
internal sealed record ConditionalExpression(Expression Condition, Expression Then, Expression? Otherwise) : Expression;
