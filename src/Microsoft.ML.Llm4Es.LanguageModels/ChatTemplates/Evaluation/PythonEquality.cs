using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's <c>==</c> and <c>hash</c>, counted as steps: numbers and booleans are equal by value, containers by their elements.</summary>
internal sealed class PythonEquality(RenderContext context) : IEqualityComparer<JinjaValue>
{
    public bool Equals(JinjaValue? left, JinjaValue? right)
    {
        if (ReferenceEquals(left, right))
        {
            return left is not FloatValue { Value: double.NaN };
        }

        context.Spend(1);
        return (left, right) switch
        {
            (TextValue a, TextValue b) => a.Text == b.Text,
            (ListValue a, ListValue b) => SequencesEqual(a.Items, b.Items),
            (TupleValue a, TupleValue b) => SequencesEqual(a.Items, b.Items),
            (RangeValue a, RangeValue b) => SequencesEqual([.. a.Elements], [.. b.Elements]),
            (DictionaryValue a, DictionaryValue b) => DictionariesEqual(a, b),
            (UndefinedValue, UndefinedValue) => true,
            (not null, not null) => NumbersEqual(left, right),
            _ => false,
        };
    }

    public int GetHashCode(JinjaValue value)
    {
        RequireHashable(value);
        return value switch
        {
            TextValue text => string.GetHashCode(text.Text, StringComparison.Ordinal),
            IntegerValue integer => HashOf(integer.Value),
            BooleanValue boolean => HashOf(boolean.Value ? 1 : 0),
            FloatValue number => double.IsFinite(number.Value) && Math.Floor(number.Value) == number.Value ? HashOf(new BigInteger(number.Value)) : number.Value.GetHashCode(),
            TupleValue tuple => HashOf(tuple),
            UndefinedValue => 1,
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
        };
    }

    /// <summary>Throws where a value cannot be a key, as a list or a dictionary cannot.</summary>
    public static void RequireHashable(JinjaValue key)
    {
        if (!key.IsHashable)
        {
            throw ChatTemplateException.Evaluation($"unhashable type: '{key.TypeName}'");
        }
    }

    private static bool NumbersEqual(JinjaValue left, JinjaValue right) => (PythonOperators.ToInteger(left), PythonOperators.ToInteger(right)) switch
    {
        ({ } a, { } b) => a == b,
        _ => PythonOperators.ToDouble(left) is { } x && PythonOperators.ToDouble(right) is { } y && x == y,
    };

    private bool SequencesEqual(IReadOnlyList<JinjaValue> left, IReadOnlyList<JinjaValue> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        context.Enter();
        for (int i = 0; i < left.Count; i++)
        {
            // Containers take an element to be equal to itself, even one that is not a number.
            if (!ReferenceEquals(left[i], right[i]) && !Equals(left[i], right[i]))
            {
                context.Leave();
                return false;
            }
        }

        context.Leave();
        return true;
    }

    private bool DictionariesEqual(DictionaryValue left, DictionaryValue right)
    {
        if (left.Items.Count != right.Items.Count)
        {
            return false;
        }

        context.Enter();
        bool areEqual = left.Items.All(item => right.Find(item.Key) is { } other && Equals(item.Value, other));
        context.Leave();
        return areEqual;
    }

    private static int HashOf(BigInteger value) => value.GetHashCode();

    private int HashOf(TupleValue tuple)
    {
        context.Enter();
        var hash = new HashCode();
        foreach (JinjaValue item in tuple.Items)
        {
            hash.Add(GetHashCode(item));
        }

        context.Leave();
        return hash.ToHashCode();
    }
}
