namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A macro, or the body of a call block: a function of the template, whose attributes describe it.</summary>
internal sealed class MacroValue(MacroDefinition definition, Func<CallArguments, JinjaValue> function) : JinjaValue
{
    public override string TypeName => "Macro";

    public override bool IsCallable => true;

    public override JinjaValue Call(CallArguments arguments) => function(arguments);

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "name" => new TextValue(definition.Name),
        "arguments" => new TupleValue([.. definition.Parameters.Select(parameter => new TextValue(parameter.Name))]),
        "caller" => BooleanValue.Of(definition.ReadsCaller),
        "catch_kwargs" => BooleanValue.Of(definition.ReadsNamedArguments),
        "catch_varargs" => BooleanValue.Of(definition.ReadsExtraArguments),
        _ => null,
    };

    public override void WriteRepresentation(OutputBuffer output) => output.Append($"<Macro '{definition.Name}'>");
}
