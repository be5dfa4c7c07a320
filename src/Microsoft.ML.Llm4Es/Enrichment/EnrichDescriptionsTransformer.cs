using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(EnrichDescriptionsTransformer), null, typeof(SignatureLoadModel), "LLM4ES enrich descriptions", EnrichDescriptionsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es;

/// <summary>Appends the variants of a text column, to be tuned on. It holds no enricher that could be called while scoring.</summary>
public sealed class EnrichDescriptionsTransformer : AppendColumnTransformer
{
    internal const string Loader = "Llm4EsEnrich";

    private static readonly ModelFormat Format = new("LLM4ESEN", 0x00010001, 0x00010001, Loader, typeof(EnrichDescriptionsTransformer));

    private readonly VariantSource _variants;

    internal EnrichDescriptionsTransformer(
        IHostEnvironment environment, string outputColumnName, string inputColumnName, int variants, VariantSource source, EnrichmentTotals? totals)
        : base(environment.Register(nameof(EnrichDescriptionsTransformer)), outputColumnName)
    {
        InputColumnName = inputColumnName;
        Variants = variants;
        Totals = totals;
        _variants = source;
    }

    /// <summary>Gets the name of the text column that is read.</summary>
    public string InputColumnName { get; }

    /// <summary>Gets how many variants a text has.</summary>
    public int Variants { get; }

    /// <summary>Gets what fitting came to; null with <see cref="ReformatEnricher"/>, and in a loaded model.</summary>
    public EnrichmentTotals? Totals { get; }

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema) =>
        new(OutputColumnName, new VectorDataViewType(TextDataViewType.Instance, Variants));

    internal override int[] FindInputColumns(DataViewSchema inputSchema) => [TextColumn.Find(inputSchema, InputColumnName).Index];

    internal override Delegate CreateGetter(DataViewRow input, int[] inputColumns)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputColumns[0]]);
        ReadOnlyMemory<char> text = default;
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            getter(ref text);
            string[] variants = text.Span.IsWhiteSpace() ? [.. Enumerable.Repeat("", Variants)] : _variants.Of(text.ToString());
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, Variants);
            for (int i = 0; i < variants.Length; i++) editor.Values[i] = variants[i].AsMemory();
            value = editor.Commit();
        });
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write(Variants);
        writer.Write(_variants is ReformatVariants);
        _variants.Save(writer);
    }

    /// <summary>ML.NET finds this by the attribute at the top and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString(), inputColumnName = reader.ReadString();
        int variants = reader.ReadInt32();
        VariantSource source = reader.ReadBoolean() ? ReformatVariants.Load(reader, variants) : new FittedVariants(outputColumnName, variants: null);
        return new EnrichDescriptionsTransformer(environment, outputColumnName, inputColumnName, variants, source, totals: null);
    }
}
