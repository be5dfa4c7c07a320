using Microsoft.ML;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(TfIdfEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES TF-IDF of events", TfIdfEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends the reduced TF-IDF vector of each row's events; zeros where none of its terms is known.</summary>
public sealed class TfIdfEventsTransformer : EventVectorTransformer
{
    internal const string Loader = "Llm4EsTfIdf";

    private const string TermsEntry = "terms";
    private const string WordsEntry = "words";

    private static readonly ModelFormat Format = new("LLM4ESTI", 0x00010002, 0x00010002, Loader, typeof(TfIdfEventsTransformer));

    private readonly int _significantDigits;
    private readonly TermSpace _terms;
    private readonly TermSpace _words;

    internal TfIdfEventsTransformer(IHostEnvironment environment, string outputColumnName, EventPlan plan, int significantDigits, TermSpace terms, TermSpace words)
        : base(environment.Register(nameof(TfIdfEventsTransformer)), outputColumnName, plan)
    {
        _significantDigits = significantDigits;
        _terms = terms;
        _words = words;
    }

    /// <inheritdoc/>
    public override int Dimension => _terms.Dimension + _words.Dimension;

    /// <summary>Gets the number of terms that count, words apart.</summary>
    public int Terms => _terms.Terms;

    /// <summary>Gets the number of words that count.</summary>
    public int Words => _words.Terms;

    private protected override string[] SlotNames => [.. TextComponents.Names("terms", _terms.Dimension), .. TextComponents.Names("words", _words.Dimension)];

    private protected override Action<Span<float>> CreateWriter(EventValues[] values)
    {
        var terms = new EventTerms(Plan, values, _significantDigits);
        var words = new EventWords(Plan, values);
        return vector =>
        {
            _terms.Add(terms.Count(), vector[.._terms.Dimension]);
            _words.Add(words.Count(), vector[_terms.Dimension..]);
        };
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        Plan.Write(writer);
        writer.Write(_significantDigits);
        _terms.Write(context, TermsEntry);
        _words.Write(context, WordsEntry);
    }

    /// <summary>ML.NET finds this by the attribute at the top, and by its return type, and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString();
        EventPlan plan = EventPlan.Read(reader);
        int significantDigits = reader.ReadInt32();
        return new TfIdfEventsTransformer(environment, outputColumnName, plan, significantDigits, TermSpace.Read(context, TermsEntry), TermSpace.Read(context, WordsEntry));
    }
}
