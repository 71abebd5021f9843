using System;
using System.Globalization;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.Json;

/// <summary>
/// Sets of numbers as the texts that JSON writes them with, without exponents. A set has either all texts of a number, such as 1, 1.0 and
/// 1.00, or none, 0 and −0 being one number, so that unions, intersections and differences of texts are those of numbers.
/// </summary>
internal static class JsonNumbers
{
    private const int MostResidues = 10_000;

    private const string Symbols = "-.0123456789";

    private static readonly CharacterClasses Classes =
        CharacterClasses.Of([.. Symbols.Select(symbol => new CharacterRange[] { new(symbol, symbol) })], out _);

    private static readonly char[] SymbolOfClass =
    [
        .. Enumerable.Range(0, Classes.Count)
            .Select(characterClass => Symbols.FirstOrDefault(symbol => Classes.ClassOf(symbol) == characterClass)),
    ];

    // Hardly a set has these and not all integers: asking for them first saves the difference of the sets.
    private static readonly string[] SomeIntegers = ["0", "1", "-1", "9999999999999999999999", "-9999999999999999999999"];

    private enum Phase
    {
        Start,
        Sign,
        Zero,
        Integer,
        Point,
        Fraction,
    }

    /// <summary>Every number.</summary>
    public static CharacterAutomaton All { get; } = Where(0, (state, _, _) => state, _ => true);

    /// <summary>Every integer, with a fraction of zeros or without one.</summary>
    public static CharacterAutomaton Integers { get; } =
        Where(0, (_, digit, isFraction) => isFraction && digit != 0 ? null : 0, _ => true);

    /// <summary>Every integer, without a fraction: a set of texts, not of numbers.</summary>
    public static CharacterAutomaton IntegersWithoutFraction { get; } = Where(0, (_, _, isFraction) => isFraction ? null : 0, _ => true);

    /// <summary>Every number with an exponent or without one.</summary>
    public static CharacterAutomaton AllWithExponents { get; } =
        RegularExpressionAutomaton.Containing(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$");

    /// <summary>Every integer with an exponent that is not negative or without one.</summary>
    public static CharacterAutomaton IntegersWithExponents { get; } =
        RegularExpressionAutomaton.Containing(@"^-?(0|[1-9][0-9]*)(\.0+)?([eE]\+?[0-9]+)?$");

    /// <summary>Numbers that are at least a bound.</summary>
    public static CharacterAutomaton AtLeast(DecimalNumber bound) => Compared(bound, order => order >= 0);

    /// <summary>Numbers above a bound.</summary>
    public static CharacterAutomaton Above(DecimalNumber bound) => Compared(bound, order => order > 0);

    /// <summary>Numbers that are at most a bound.</summary>
    public static CharacterAutomaton AtMost(DecimalNumber bound) => Compared(bound, order => order <= 0);

    /// <summary>Numbers below a bound.</summary>
    public static CharacterAutomaton Below(DecimalNumber bound) => Compared(bound, order => order < 0);

    /// <summary>One number.</summary>
    public static CharacterAutomaton EqualTo(DecimalNumber number) => Compared(number, order => order == 0);

    /// <summary>Multiples of a number.</summary>
    /// <param name="divisor">The number, more than 0.</param>
    /// <exception cref="GrammarException">Its digits without the point make too large a number.</exception>
    public static CharacterAutomaton MultiplesOf(DecimalNumber divisor)
    {
        int places = divisor.Fraction.Length;
        string digits = (divisor.Integer + divisor.Fraction).TrimStart('0');
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long modulus)
            || modulus > MostResidues / (places + 2))
        {
            throw new GrammarException(
                $"Multiples of {divisor} take an automaton with more than {MostResidues} states: use a divisor of fewer digits.");
        }

        // The digits so far, the point left out, modulo the divisor's; and how many of them are behind the point, up to its own.
        return Where(
            (Residue: 0L, Places: 0),
            (state, digit, isFraction) => isFraction && state.Places == places
                ? digit == 0 ? state : null
                : (((state.Residue * 10) + digit) % modulus, state.Places + (isFraction ? 1 : 0)),
            state =>
            {
                long residue = state.Residue;
                for (int place = state.Places; place < places; place++)
                {
                    residue = residue * 10 % modulus;
                }

                return residue == 0;
            });
    }

    /// <summary>The numbers of a set with those texts that have an exponent, where all numbers or all integers are in the set.</summary>
    public static CharacterAutomaton WithExponents(CharacterAutomaton numbers) =>
        numbers.Equals(All) ? AllWithExponents
        : numbers.Equals(Integers) ? IntegersWithExponents
        : SomeIntegers.All(numbers.Accepts) && (Integers - numbers).IsEmpty ? numbers | IntegersWithExponents
        : numbers;

    private static CharacterAutomaton Compared(DecimalNumber bound, Func<int, bool> isWanted) => Where(
        default(Comparison),
        (state, digit, isFraction) => state.With(digit, isFraction, bound),
        (state, isNegative) => isWanted(state.Order(isNegative, bound)));

    private static CharacterAutomaton Where<TState>(TState start, Func<TState, int, bool, TState?> next, Func<TState, bool> accepts)
        where TState : struct, IEquatable<TState> => Where(start, next, (state, _) => accepts(state));

    // Numbers that a machine accepts that sees their digits, each with whether it is behind the point, and at the end whether there was a
    // sign.
    private static CharacterAutomaton Where<TState>(TState start, Func<TState, int, bool, TState?> next, Func<TState, bool, bool> accepts)
        where TState : struct, IEquatable<TState>
    {
        return CharacterAutomaton.Explore<(Phase Phase, bool IsNegative, TState State)>(
            Classes,
            (Phase.Start, false, start),
            (at, characterClass) => Next(at, SymbolOfClass[characterClass]),
            at => at.Phase is Phase.Zero or Phase.Integer or Phase.Fraction && accepts(at.State, at.IsNegative));

        (Phase Phase, bool IsNegative, TState State)? Next((Phase Phase, bool IsNegative, TState State) at, char symbol)
        {
            switch (symbol)
            {
                case '-':
                    return at.Phase == Phase.Start ? (Phase.Sign, true, at.State) : null;
                case '.':
                    return at.Phase is Phase.Zero or Phase.Integer ? (Phase.Point, at.IsNegative, at.State) : null;
                case default(char):
                    return null;
            }

            Phase? phase = at.Phase switch
            {
                Phase.Start or Phase.Sign => symbol == '0' ? Phase.Zero : Phase.Integer,
                Phase.Integer => Phase.Integer,
                Phase.Point or Phase.Fraction => Phase.Fraction,
                _ => null,
            };
            return phase is Phase reached && next(at.State, symbol - '0', reached == Phase.Fraction) is TState state
                ? (reached, at.IsNegative, state)
                : null;
        }
    }

    /// <summary>What is known of a number's size beside that of a bound, signs left out.</summary>
    /// <param name="IntegerDigits">Digits before the point, up to one more than the bound's.</param>
    /// <param name="FractionDigits">Digits behind the point, up to the bound's.</param>
    /// <param name="FirstDifference">Whether the first digit that differs is less (−1) or more (1) than the bound's; else 0.</param>
    /// <param name="IsNotZero">Whether a digit is not 0.</param>
    private readonly record struct Comparison(int IntegerDigits, int FractionDigits, int FirstDifference, bool IsNotZero)
    {
        public Comparison With(int digit, bool isFraction, DecimalNumber bound)
        {
            string digits = isFraction ? bound.Fraction : bound.Integer;
            int place = isFraction ? FractionDigits : IntegerDigits;
            Comparison known = isFraction ? this with { FirstDifference = IntegerOrder(bound) } : this;
            int difference = isFraction || place < digits.Length ? digit.CompareTo(place < digits.Length ? digits[place] - '0' : 0) : 0;
            return new Comparison(
                isFraction ? bound.Integer.Length : Math.Min(place + 1, digits.Length + 1),
                isFraction ? Math.Min(place + 1, digits.Length) : 0,
                known.FirstDifference != 0 ? known.FirstDifference : difference,
                IsNotZero || digit != 0);
        }

        public int Order(bool isNegative, DecimalNumber bound)
        {
            bool isBelowZero = isNegative && IsNotZero;
            if (isBelowZero != bound.IsNegative)
            {
                return isBelowZero ? -1 : 1;
            }

            int order = IntegerOrder(bound);
            order = order == 0 && FractionDigits < bound.Fraction.Length ? -1 : order;
            return isBelowZero ? -order : order;
        }

        // With more digits before the point a number is greater, as none begins with 0.
        private int IntegerOrder(DecimalNumber bound) =>
            IntegerDigits != bound.Integer.Length ? IntegerDigits.CompareTo(bound.Integer.Length) : FirstDifference;
    }
}
