using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The text of each entity, and whose it is.</summary>
internal static class EntityTexts
{
    /// <param name="ml">The context.</param>
    /// <param name="grouped">A row for each entity.</param>
    /// <param name="key">The column that says whose row it is.</param>
    public static (string[] Ids, string[] Texts) Read(MLContext ml, IDataView grouped, string key)
    {
        const string Text = "Llm4EsText", Id = "Llm4EsId";
        IDataView texts = ml.Transforms.TextifyEvents(Text).Append(ml.Transforms.Conversion.ConvertType(Id, key, DataKind.String)).Fit(grouped).Transform(grouped);
        return ([.. texts.GetColumn<string>(Id)], [.. texts.GetColumn<string>(Text)]);
    }
}
