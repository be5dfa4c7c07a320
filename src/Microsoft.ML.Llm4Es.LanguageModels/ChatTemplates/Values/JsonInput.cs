using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Turns JSON into values as Python's <c>json.loads</c> does: numbers with a fraction or an exponent become floats, others integers.</summary>
internal static class JsonInput
{
    public static JinjaValue ToValue(JsonNode? node, RenderContext context) => node switch
    {
        null => NoneValue.Instance,
        JsonObject members => new DictionaryValue(context, members.Select(member =>
            KeyValuePair.Create<JinjaValue, JinjaValue>(new TextValue(member.Key), ToValue(member.Value, context)))),
        JsonArray items => new ListValue([.. items.Select(item => ToValue(item, context))]),
        _ => ToScalar(node.AsValue()),
    };

    private static JinjaValue ToScalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => new TextValue(value.GetValue<string>()),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        JsonValueKind.Null => NoneValue.Instance,
        _ => ToNumber(value),
    };

    private static JinjaValue ToNumber(JsonValue value)
    {
        string text = value.ToJsonString();
        bool isParsed = value.TryGetValue(out JsonElement _);
        bool isFloat = text.AsSpan().ContainsAny(".eE") || (!isParsed && (value.TryGetValue(out double _) || value.TryGetValue(out float _)));
        return isFloat
            ? new FloatValue(double.Parse(text, CultureInfo.InvariantCulture))
            : PythonInteger.Checked(BigInteger.Parse(text, CultureInfo.InvariantCulture));
    }
}
