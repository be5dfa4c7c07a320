using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Some neighbouring values of a vector, as a vector of their own.</summary>
internal static class FeatureView
{
    /// <summary>A transformer of ML.NET's own: one that has counted the values of a row with something at the places that stay, and nothing at the others.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="output">The column of the view.</param>
    /// <param name="input">The column of the vector.</param>
    /// <param name="length">How many values the vector has.</param>
    /// <param name="view">The places that stay.</param>
    public static ITransformer Of(MLContext ml, string output, string input, int length, Range view)
    {
        (int first, int count) = view.GetOffsetAndLength(length);
        float[] places = new float[length];
        places.AsSpan(first, count).Fill(1);

        var schema = SchemaDefinition.Create(typeof(Places));
        schema[nameof(Places.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        schema[nameof(Places.Values)].ColumnName = input;
        return ml.Transforms.FeatureSelection.SelectFeaturesBasedOnCount(output, input).Fit(ml.Data.LoadFromEnumerable([new Places { Values = places }], schema));
    }

    private sealed class Places
    {
        public float[] Values { get; set; } = [];
    }
}
