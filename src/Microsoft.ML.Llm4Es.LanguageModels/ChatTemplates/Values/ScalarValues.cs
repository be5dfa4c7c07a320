using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's <c>None</c>.</summary>
internal sealed class NoneValue : JinjaValue
{
    private NoneValue()
    {
    }

    public static NoneValue Instance { get; } = new();

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;

    public override void WriteRepresentation(OutputBuffer output) => output.Append("None");
}

/// <summary>Python's <c>True</c> and <c>False</c>.</summary>
internal sealed class BooleanValue : JinjaValue
{
    private BooleanValue(bool value) => Value = value;

    public static BooleanValue True { get; } = new(true);

    public static BooleanValue False { get; } = new(false);

    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool IsTrue => Value;

    public static BooleanValue Of(bool value) => value ? True : False;

    public override void WriteRepresentation(OutputBuffer output) => output.Append(Value ? "True" : "False");
}

/// <summary>An integer of any size, within <see cref="PythonInteger.MaxDigits"/>.</summary>
internal sealed class IntegerValue(BigInteger value) : JinjaValue
{
    public BigInteger Value => value;

    public override string TypeName => "int";

    public override bool IsTrue => !value.IsZero;

    public override void WriteRepresentation(OutputBuffer output) => output.Append(PythonInteger.ToText(value));
}

/// <summary>A 64-bit floating-point number.</summary>
internal sealed class FloatValue(double value) : JinjaValue
{
    public double Value => value;

    public override string TypeName => "float";

    public override bool IsTrue => value != 0;

    public override JinjaValue? FindAttribute(string name) => name == "is_integer"
        ? new FunctionValue(name, arguments =>
        {
            arguments.BindPositional("is_integer", 0, 0);
            return BooleanValue.Of(double.IsInteger(value));
        })
        : null;

    public override void WriteRepresentation(OutputBuffer output) => output.Append(PythonFloat.ToText(value));
}

/// <summary>A variable, attribute or element that does not exist: it prints as nothing, is empty and false, and anything else that is done with it fails.</summary>
internal sealed class UndefinedValue(string message) : JinjaValue
{
    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    public override int? Length => 0;

    public override IEnumerable<JinjaValue> Elements => [];

    public override IEnumerable<JinjaValue> ElementsReversed => [];

    /// <summary>An attribute of Python's objects that the sandbox hides: the private ones, and the methods that change lists and dictionaries.</summary>
    public static UndefinedValue Unsafe(JinjaValue owner, string attribute) =>
        new($"access to attribute '{attribute}' of '{owner.TypeName}' object is unsafe.");

    public static UndefinedValue Attribute(JinjaValue owner, string attribute) => new($"'{Describe(owner)}' has no attribute '{attribute}'");

    public static UndefinedValue Element(JinjaValue owner, JinjaValue key, RenderContext context) => key is TextValue name
        ? Attribute(owner, name.Text)
        : new UndefinedValue($"{Describe(owner)} has no element {key.ToRepresentation(context)}");

    public override JinjaValue? FindItem(JinjaValue key, RenderContext context)
    {
        ThrowIfUndefined();
        return null;
    }

    public override JinjaValue? FindAttribute(string name)
    {
        ThrowIfUndefined();
        return null;
    }

    public override void WriteRepresentation(OutputBuffer output) => output.Append("Undefined");

    public override void WriteText(OutputBuffer output)
    {
        // An undefined value prints as nothing.
    }

    public override void ThrowIfUndefined() => throw ChatTemplateException.Evaluation(message);

    private static string Describe(JinjaValue owner) => owner is NoneValue ? "None" : $"{owner.TypeName} object";
}
