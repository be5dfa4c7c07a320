namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A part of a parameter, as a checkpoint names it: its rows, in order.</summary>
internal readonly record struct WeightPart(string Name, long Rows);

/// <summary>A parameter as it is kept in memory: a matrix <c>[rows, columns]</c>, or a vector <c>[rows]</c> where columns is null.</summary>
/// <param name="Name">The name of the parameter; that of its part where there is only one.</param>
/// <param name="Parts">The Hugging Face weights that it holds, one below the other.</param>
/// <param name="Columns">The columns of a matrix.</param>
internal sealed record WeightLayout(string Name, IReadOnlyList<WeightPart> Parts, long? Columns)
{
    internal const string Embedding = "model.embed_tokens.weight";
    internal const string FinalNorm = "model.norm.weight";
    internal const string Head = "lm_head.weight";

    internal long[] Shape => ShapeOf(Parts.Sum(part => part.Rows));

    internal bool IsNorm => Name.EndsWith("norm.weight", StringComparison.Ordinal);

    internal bool IsBias => Name.EndsWith(".bias", StringComparison.Ordinal);

    internal long[] ShapeOf(long rows) => Columns is long columns ? [rows, columns] : [rows];

    internal static string AttentionNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    internal static string FeedForwardNorm(int layer) => $"model.layers.{layer}.post_attention_layernorm.weight";

    internal static string QueryNorm(int layer) => $"model.layers.{layer}.self_attn.q_norm.weight";

    internal static string KeyNorm(int layer) => $"model.layers.{layer}.self_attn.k_norm.weight";

    internal static string QueryKeyValue(int layer) => $"model.layers.{layer}.self_attn.qkv_proj";

    internal static string AttentionOutput(int layer) => $"model.layers.{layer}.self_attn.o_proj";

    internal static string GateUp(int layer) => $"model.layers.{layer}.mlp.gate_up_proj";

    internal static string Down(int layer) => $"model.layers.{layer}.mlp.down_proj";

    /// <summary>Lists the parameters of a model, in the order in which data flows. Lazy: a checkpoint is compared before anything is allocated.</summary>
    internal static IEnumerable<WeightLayout> Of(LanguageModelConfiguration configuration)
    {
        int hidden = configuration.HiddenSize;
        yield return Whole(Embedding, configuration.VocabularySize, hidden);
        for (int layer = 0; layer < configuration.HiddenLayers; layer++)
        {
            foreach (WeightLayout weight in OfLayer(configuration, layer)) yield return weight;
        }

        yield return Whole(FinalNorm, hidden, null);
        if (!configuration.TieWordEmbeddings) yield return Whole(Head, configuration.VocabularySize, hidden);
    }

    private static IEnumerable<WeightLayout> OfLayer(LanguageModelConfiguration configuration, int layer)
    {
        int hidden = configuration.HiddenSize;
        int intermediate = configuration.IntermediateSize;
        long queries = (long)configuration.AttentionHeads * configuration.HeadDimension;
        long keys = (long)configuration.KeyValueHeads * configuration.HeadDimension;
        string attention = $"model.layers.{layer}.self_attn.";
        string feedForward = $"model.layers.{layer}.mlp.";
        List<WeightLayout> weights =
        [
            Whole(AttentionNorm(layer), hidden, null),
            .. Linear(QueryKeyValue(layer), [new(attention + "q_proj", queries), new(attention + "k_proj", keys), new(attention + "v_proj", keys)], hidden, configuration.QueryKeyValueBias),
        ];
        if (configuration.QueryKeyNorm)
        {
            weights.Add(Whole(QueryNorm(layer), configuration.HeadDimension, null));
            weights.Add(Whole(KeyNorm(layer), configuration.HeadDimension, null));
        }

        return
        [
            .. weights,
            .. Linear(AttentionOutput(layer), [new(AttentionOutput(layer), hidden)], queries, configuration.AttentionOutputBias),
            Whole(FeedForwardNorm(layer), hidden, null),
            .. Linear(GateUp(layer), [new(feedForward + "gate_proj", intermediate), new(feedForward + "up_proj", intermediate)], hidden, configuration.MlpBias),
            .. Linear(Down(layer), [new(Down(layer), hidden)], intermediate, configuration.MlpBias),
        ];
    }

    private static WeightLayout Whole(string name, int rows, long? columns) => new(name, [new(name, rows)], columns);

    /// <summary>A projection's weight, and its bias where it has one.</summary>
    private static IEnumerable<WeightLayout> Linear(string name, IReadOnlyList<WeightPart> projections, long inputs, bool bias)
    {
        yield return new($"{name}.weight", [.. projections.Select(part => part with { Name = $"{part.Name}.weight" })], inputs);
        if (bias) yield return new($"{name}.bias", [.. projections.Select(part => part with { Name = $"{part.Name}.bias" })], null);
    }
}
