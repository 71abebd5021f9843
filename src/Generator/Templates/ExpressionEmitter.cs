using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Syntax;

namespace ModelGen.Generator.Templates;

/// <summary>Writes expressions of templates in C#. The runtime's TemplateValue has the operators of C#, with Python's meaning.</summary>
internal sealed class ExpressionEmitter(EmittedVariables variables)
{
    private const string Value = "TemplateValue";

    private static readonly Dictionary<BinaryOperator, (string Symbol, Precedence Precedence)> Symbols = new()
    {
        [BinaryOperator.Or] = ("||", Precedence.Or),
        [BinaryOperator.And] = ("&&", Precedence.And),
        [BinaryOperator.Equal] = ("==", Precedence.Equality),
        [BinaryOperator.NotEqual] = ("!=", Precedence.Equality),
        [BinaryOperator.Less] = ("<", Precedence.Relation),
        [BinaryOperator.LessOrEqual] = ("<=", Precedence.Relation),
        [BinaryOperator.Greater] = (">", Precedence.Relation),
        [BinaryOperator.GreaterOrEqual] = (">=", Precedence.Relation),
        [BinaryOperator.Add] = ("+", Precedence.Sum),
        [BinaryOperator.Subtract] = ("-", Precedence.Sum),
        [BinaryOperator.Multiply] = ("*", Precedence.Product),
        [BinaryOperator.Divide] = ("/", Precedence.Product),
        [BinaryOperator.Modulo] = ("%", Precedence.Product),
    };

    // What EachItem stands for.
    private string _each = EmittedVariables.Each;

    // C#'s, the loosest first.
    private enum Precedence
    {
        Conditional,
        Or,
        And,
        Equality,
        Relation,
        Sum,
        Product,
        Unary,
        Primary,
    }

    /// <summary>An expression that something takes as a value.</summary>
    public string Emit(Expression expression) => Write(expression).Text;

    /// <summary>An expression whose type is TemplateValue, such as a condition must be.</summary>
    public string EmitValue(Expression expression) => Typed(expression).Text;

    /// <summary>An expression in front of a dot.</summary>
    public string EmitTarget(Expression expression) => At(Precedence.Primary, Typed(expression));

    /// <summary>An expression in which <see cref="EachItem"/> is <paramref name="each"/>.</summary>
    public string EmitWith(Expression expression, string each)
    {
        string outer = _each;
        _each = each;
        string text = Emit(expression);
        _each = outer;
        return text;
    }

    // C# has its own types for literals and loops, which turn into values by themselves where a value is taken, but have other operators.
    private static bool HasOtherType(Expression expression) =>
        expression is TextLiteral or IntegerLiteral or FloatLiteral or BooleanLiteral or NameExpression { Name: "loop" };

    // A loop has variables and methods as values have them.
    private string EmitOwner(Expression expression) => expression is NameExpression ? Emit(expression) : EmitTarget(expression);

    private static string At(Precedence least, (string Text, Precedence Precedence) written) =>
        written.Precedence < least ? "(" + written.Text + ")" : written.Text;

    private (string Text, Precedence Precedence) Typed(Expression expression)
    {
        (string text, Precedence precedence) = Write(expression);
        return HasOtherType(expression)
            ? ($"({Value}){(precedence < Precedence.Primary ? "(" + text + ")" : text)}", Precedence.Unary)
            : (text, precedence);
    }

    private (string Text, Precedence Precedence) Write(Expression expression) => expression switch
    {
        TextLiteral literal => (CSharpText.Literal(literal.Text), Precedence.Primary),
        IntegerLiteral literal => (Number(literal.Value), literal.Value < 0 ? Precedence.Unary : Precedence.Primary),
        FloatLiteral literal => (Number(literal.Value), literal.Value < 0 ? Precedence.Unary : Precedence.Primary),
        BooleanLiteral literal => (literal.Value ? "true" : "false", Precedence.Primary),
        NoneLiteral => (Value + ".None", Precedence.Primary),
        ListLiteral literal => (Call(literal.IsTuple ? Value + ".Tuple" : Value + ".List", Items(literal.Items)), Precedence.Primary),
        DictionaryLiteral literal => (Dictionary(literal), Precedence.Primary),
        NameExpression name => (variables[name.Name], Precedence.Primary),
        EachItem => (_each, Precedence.Primary),
        EachExpression each => ($"{EmittedVariables.Each} => {EmitWith(each.Body, EmittedVariables.Each)}", Precedence.Primary),
        IndexExpression index => ($"{EmitOwner(index.Target)}[{Emit(index.Index)}]", Precedence.Primary),
        AttributeExpression attribute => (
            Call(EmitOwner(attribute.Target) + ".Attribute", [CSharpText.Literal(attribute.Name)]), Precedence.Primary),
        SliceExpression slice => (Method(slice.Target, "Slice", Bounds(slice)), Precedence.Primary),
        InvokeExpression invoke => (Method(invoke.Function, "Invoke", PackedArguments(invoke.Arguments)), Precedence.Primary),
        MethodCall call => (
            Call(EmitOwner(call.Target) + ".Call", [CSharpText.Literal(call.Name), .. PackedArguments(call.Arguments)]), Precedence.Primary),
        LibraryCall call => (
            Call($"{call.Class}.{call.Method}", [.. LibraryArguments(call)]), Precedence.Primary),
        ConcatExpression concat => (Call(Value + ".Concat", Items(concat.Items)), Precedence.Primary),
        UnaryExpression unary => (Unary(Symbol(unary.Operator), At(Precedence.Unary, Typed(unary.Operand))), Precedence.Unary),
        BinaryExpression binary => Binary(binary),
        ChainExpression chain => Chain(chain),
        KeptExpression kept => kept.Declares
            ? ($"{EmitTarget(kept.Value)}.Keep(out {Value} {kept.Variable})", Precedence.Primary)
            : (kept.Variable, Precedence.Primary),
        ConditionalExpression conditional => Conditional(conditional),
        _ => throw new InvalidOperationException($"{expression.GetType().Name} is not an expression of C#."),
    };

    private (string Text, Precedence Precedence) Binary(BinaryExpression binary)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.In:
                return (Method(binary.Right, "Contains", [Emit(binary.Left)]), Precedence.Primary);
            case BinaryOperator.NotIn:
                return ("!" + Method(binary.Right, "Contains", [Emit(binary.Left)]), Precedence.Unary);
            case BinaryOperator.FloorDivide:
                return (Method(binary.Left, "FloorDivide", [Emit(binary.Right)]), Precedence.Primary);
            case BinaryOperator.Power:
                return (Method(binary.Left, "Power", [Emit(binary.Right)]), Precedence.Primary);
        }

        (string symbol, Precedence precedence) = Symbols[binary.Operator];

        // One operand that is a value makes the operator the values' own.
        bool isLogical = binary.Operator is BinaryOperator.And or BinaryOperator.Or;
        bool isTyped = !isLogical && !HasOtherType(binary.Right);
        string left = At(precedence == Precedence.Relation ? Precedence.Sum : precedence, isTyped ? Write(binary.Left) : Typed(binary.Left));
        string right = At(precedence + 1, isLogical ? Typed(binary.Right) : Write(binary.Right));
        if (left == right && binary.Right is NameExpression)
        {
            // The C# compiler warns of a variable that is compared with itself.
            string variable = variables.Own(EmittedVariables.Kept);
            (left, right) = ($"{left}.Keep(out {Value} {variable})", variable);
        }

        return ($"{left} {symbol} {right}", precedence);
    }

    /// <summary>Comparisons with &amp;&amp; between. What stands between two of them is kept in a variable, unless it is one.</summary>
    private (string Text, Precedence Precedence) Chain(ChainExpression chain)
    {
        Expression left = chain.First;
        Expression? all = null;
        for (int i = 0; i < chain.Comparisons.Count; i++)
        {
            (BinaryOperator comparison, Expression right) = chain.Comparisons[i];
            bool isKept = i + 1 < chain.Comparisons.Count && right is not (NameExpression or EachItem) && !HasOtherType(right);
            string variable = isKept ? variables.Own(EmittedVariables.Kept) : "";
            Expression one = new BinaryExpression(comparison, left, isKept ? new KeptExpression(right, variable, Declares: true) : right);
            all = all is null ? one : new BinaryExpression(BinaryOperator.And, all, one);
            left = isKept ? new KeptExpression(right, variable, Declares: false) : right;
        }

        return Write(all!);
    }

    private (string Text, Precedence Precedence) Conditional(ConditionalExpression conditional)
    {
        string condition = At(Precedence.Or, Typed(conditional.Condition));
        string then = At(Precedence.Or, Typed(conditional.Then));
        string otherwise = conditional.Otherwise is null ? Value + ".Undefined" : At(Precedence.Conditional, Typed(conditional.Otherwise));
        return ($"{condition} ? {then} : {otherwise}", Precedence.Conditional);
    }

    // Keys and values by turns: the C# compiler takes exponential time for tuples within tuples.
    private string Dictionary(DictionaryLiteral literal) =>
        Call(Value + ".Dictionary", Items(literal.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }).ToEquatableArray()));

    private IEnumerable<string> Bounds(SliceExpression slice)
    {
        if (slice.Start is not null)
        {
            yield return "start: " + Emit(slice.Start);
        }

        if (slice.Stop is not null)
        {
            yield return "stop: " + Emit(slice.Stop);
        }

        if (slice.Step is not null)
        {
            yield return "step: " + Emit(slice.Step);
        }
    }

    /// <summary>Arguments of a function that is only known at run time.</summary>
    private IEnumerable<string> PackedArguments(EquatableArray<Argument> arguments)
    {
        string[] positional = [.. Items([.. arguments.Where(argument => argument.Name is null).Select(argument => argument.Value)])];
        Argument[] named = [.. arguments.Where(argument => argument.Name is not null)];
        return named.Length == 0
            ? positional
            : [named.Aggregate(
                Call("TemplateArguments.Of", positional),
                (packed, argument) => $"{packed}.With({CSharpText.Literal(argument.Name!)}, {Emit(argument.Value)})")];
    }

    /// <summary>Arguments of a method of the runtime: those by their places, then those by their names.</summary>
    private IEnumerable<string> LibraryArguments(LibraryCall call) => Items([call.Target, .. call.Arguments.Where(argument => argument.Name is null).Select(argument => argument.Value)])
        .Concat(call.Arguments.Where(argument => argument.Name is not null).Select(argument => $"{argument.Name}: {Emit(argument.Value)}"));

    /// <summary>Expressions with commas between.</summary>
    private IEnumerable<string> Items(IReadOnlyCollection<Expression> items) => items.Select(item => items.Count == 1 ? Emit(item) : Item(Write(item)));

    // a < b, c > (d) would be the call of a generic method.
    private static string Item((string Text, Precedence Precedence) written) =>
        written.Precedence <= Precedence.Relation && written.Text.Contains(" < ") ? "(" + written.Text + ")" : written.Text;

    private string Method(Expression target, string name, IEnumerable<string> arguments) =>
        Call($"{EmitTarget(target)}.{name}", arguments);

    private static string Call(string method, IEnumerable<string> arguments) => $"{method}({string.Join(", ", arguments)})";

    // Two signs in a row would be one operator of C#.
    private static string Unary(string symbol, string operand) =>
        operand.StartsWith(symbol, StringComparison.Ordinal) ? $"{symbol}({operand})" : symbol + operand;

    private static string Symbol(UnaryOperator unary) => unary switch
    {
        UnaryOperator.Not => "!",
        UnaryOperator.Negative => "-",
        _ => "+",
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture) + (value is > int.MaxValue or < int.MinValue ? "L" : "");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture) + "d";

    /// <summary>A value that is kept in a variable where it is first used, and the variable.</summary>
    private sealed record KeptExpression(Expression Value, string Variable, bool Declares) : Expression(Value.Height + 1);
}
