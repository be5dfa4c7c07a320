using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>What ML.NET expects of an estimator that appends a column and of its transformer (its own TestEstimatorCore is in no package), and what this library adds.</summary>
public abstract partial class TransformerConformance : IDisposable
{
    private const string FolderVariable = "LLM4ES_TEST_CONFORMANCE_FOLDER";

    private readonly MLContext _ml = new(seed: 11);
    private readonly Lazy<(IDataView Data, ITransformer Transformer)> _fitted;

    protected TransformerConformance() => _fitted = new(() =>
    {
        IDataView data = Data(_ml);
        return (data, Estimator(_ml).Fit(data));
    });

    /// <summary>The column that the transformer appends.</summary>
    protected abstract string Output { get; }

    private IDataView Input => _fitted.Value.Data;

    private ITransformer Transformer => _fitted.Value.Transformer;

    private IDataView Transformed => Transformer.Transform(Input);

    public void Dispose()
    {
        if (_fitted.IsValueCreated) (Transformer as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void GetOutputSchema_PromisesTheColumnsThatTransformDelivers()
    {
        SchemaShape promised = Estimator(_ml).GetOutputSchema(SchemaShapes.Of(Input.Schema));

        Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(Transformed.Schema)).Order(), SchemaShapes.Describe(promised).Order());
        Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(Transformed.Schema)), SchemaShapes.Describe(SchemaShapes.Of(Transformer.GetOutputSchema(Input.Schema))));
    }

    [Fact]
    public void WrongSchema_IsRefusedByEstimatorAndTransformer()
    {
        IDataView wrong = _ml.Data.LoadFromEnumerable([new { Unrelated = 1 }]);

        Assert.Throws<ArgumentOutOfRangeException>(() => Estimator(_ml).GetOutputSchema(SchemaShapes.Of(wrong.Schema)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Estimator(_ml).Fit(wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transformer.GetOutputSchema(wrong.Schema));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transformer.Transform(wrong));
    }

    [Fact]
    public void Mapper_KeepsTheInputSchemaByReference()
    {
        Assert.True(Transformer.IsRowToRowMapper);
        IRowToRowMapper mapper = Transformer.GetRowToRowMapper(Input.Schema);

        Assert.Same(Input.Schema, mapper.InputSchema);
    }

    [Fact]
    public void Mapper_MakesTheRowsThatACursorHandsOut()
    {
        List<Row> expected = RowReader.ReadAll(Transformed, _ => true);
        IRowToRowMapper mapper = Transformer.GetRowToRowMapper(Input.Schema);
        using DataViewRowCursor input = Input.GetRowCursor(Input.Schema);
        using DataViewRow row = mapper.GetRow(input, mapper.OutputSchema);

        foreach (Row one in expected)
        {
            Assert.True(input.MoveNext());
            RowAssert.EqualValues(one, RowReader.ReadCurrent(row, mapper.OutputSchema));
        }
    }

    [Fact]
    public void Values_AreTheSameWhicheverColumnsAreActive()
    {
        List<Row> all = RowReader.ReadAll(Transformed, _ => true);

        Assert.Equal(all.Count, all.Select(row => row.Id).Distinct().Count());
        RowAssert.Equal(all, RowReader.ReadAll(Transformed, column => column.Index % 2 == 0));
        RowAssert.Equal(all, RowReader.ReadAll(Transformed, column => column.Index % 2 == 1));
        Assert.All(Transformed.Schema.Where(column => !column.IsHidden), column => RowAssert.Equal(all, RowReader.ReadAll(Transformed, other => other.Index == column.Index)));
    }

    [Fact]
    public void SavedModel_HasTheSameSchemaAndGivesTheSameValues()
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(Transformer, Input.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        using IDisposable? owned = loaded as IDisposable;
        IDataView transformed = loaded.Transform(Input);

        Assert.Equal(Input.Schema.Select(column => (column.Name, column.Type)), schema.Select(column => (column.Name, column.Type)));
        Assert.Equal(Describe(Transformed.Schema), Describe(transformed.Schema));
        List<Row> expected = RowReader.ReadAll(Transformed, _ => true);
        RowAssert.Equal(expected, RowReader.ReadAll(transformed, _ => true));
        RowAssert.Equal(expected, RowReader.ReadAll(transformed, column => column.Index % 2 == 0));
        RowAssert.Equal(expected, RowReader.ReadAll(transformed, column => column.Index % 2 == 1));
        RowAssert.Equal(expected, RowReader.ReadAll(transformed, column => column.Name == Output));
    }

    [Fact]
    public void SavedModel_InAFreshProcess_LoadsWithoutRegistering()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es-conformance-");
        try
        {
            _ml.Model.Save(Transformer, Input.Schema, Path.Combine(folder.FullName, "model.zip"));
            using (FileStream data = File.Create(Path.Combine(folder.FullName, "data.idv"))) _ml.Data.SaveAsBinary(Input, data);

            OwnProcess.Run(GetType(), nameof(TransformInThisProcess), new KeyValuePair<string, string>(FolderVariable, folder.FullName));

            IDataView there = _ml.Data.LoadFromBinary(Path.Combine(folder.FullName, "transformed.idv"));
            RowAssert.Equal(RowReader.ReadAll(Transformed, column => !column.IsHidden), RowReader.ReadAll(there, _ => true));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What the fresh process does: nothing of the library is named, ML.NET finds it by what the file says.</summary>
    [Fact(Explicit = true)]
    public void TransformInThisProcess()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        ITransformer loaded = _ml.Model.Load(Path.Combine(folder, "model.zip"), out _);
        using IDisposable? owned = loaded as IDisposable;
        using FileStream file = File.Create(Path.Combine(folder, "transformed.idv"));
        _ml.Data.SaveAsBinary(loaded.Transform(_ml.Data.LoadFromBinary(Path.Combine(folder, "data.idv"))), file);
    }

    [Fact]
    public void InactiveColumn_HasNoGetter()
    {
        DataViewSchema schema = Transformed.Schema;
        using DataViewRowCursor none = Transformed.GetRowCursor([]);
        DataViewSchema.Column output = schema[Output];

        Assert.False(none.IsColumnActive(output));
        Assert.Throws<InvalidOperationException>(() => ReadColumn(none, output));
        Assert.Throws<InvalidOperationException>(() => ReadColumn(none, schema[0]));
    }

    [Fact]
    public void UnreadColumn_ReadsNoInput()
    {
        var input = new CountingView(Input);
        IDataView transformed = Transformer.Transform(input);
        DataViewSchema.Column passed = transformed.Schema[0];

        RowReader.ReadAll(transformed, column => column.Index == passed.Index);

        Assert.All(input.Activations, pair => Assert.Equal(pair.Key == passed.Name ? 1 : 0, pair.Value));
    }

    [Fact]
    public void ShuffledAndFilteredRows_KeepTheirValues()
    {
        Dictionary<DataViewRowId, Row> expected = RowReader.ReadAll(Transformed, _ => true).ToDictionary(row => row.Id);
        IDataView shuffled = Transformer.Transform(_ml.Data.ShuffleRows(Input, seed: 3));
        IDataView some = Transformer.Transform(_ml.Data.TakeRows(_ml.Data.SkipRows(Input, 2), 5));
        IDataView shuffledAfter = _ml.Data.ShuffleRows(Transformed, seed: 4);

        Assert.Equal(5, RowReader.ReadAll(some, _ => true).Count);
        foreach (IDataView view in new[] { shuffled, some, shuffledAfter })
        {
            Assert.All(RowReader.ReadAll(view, _ => true), row => RowAssert.EqualValues(expected[row.Id], row));
        }
    }

    [Fact]
    public void Fit_WithTheSameSeed_GivesTheSameValues()
    {
        List<Row> first = RowReader.ReadAll(Transformed, _ => true);
        var again = new MLContext(seed: 11);
        IDataView data = Data(again);
        ITransformer transformer = Estimator(again).Fit(data);
        using IDisposable? owned = transformer as IDisposable;

        RowAssert.Equal(first, RowReader.ReadAll(transformer.Transform(data), _ => true));
    }

    [Fact]
    public void CancelExecution_StopsFit()
    {
        var ml = new MLContext(seed: 11);
        IDataView data = Data(ml);
        IEstimator<ITransformer> estimator = Estimator(ml);
        Cancel(ml);

        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(data));
    }

    [Fact]
    public void Dispose_TwiceIsFine_AndALaterCallSaysSo()
    {
        IDataView data = Data(_ml);
        if (Estimator(_ml).Fit(data) is not IDisposable transformer) return;
        IDataView transformed = ((ITransformer)transformer).Transform(data);
        IRowToRowMapper mapper = ((ITransformer)transformer).GetRowToRowMapper(data.Schema);
        using DataViewRowCursor open = transformed.GetRowCursor(transformed.Schema);
        transformer.Dispose();
        transformer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => RowReader.ReadAll(transformed, _ => true));
        Assert.Throws<ObjectDisposedException>(() => RowReader.ReadAll(open, transformed.Schema));
        Assert.Throws<ObjectDisposedException>(() =>
        {
            using DataViewRowCursor input = data.GetRowCursor(data.Schema);
            using DataViewRow row = mapper.GetRow(input, mapper.OutputSchema);
            input.MoveNext();
            RowReader.ReadCurrent(row, mapper.OutputSchema);
        });
    }

    /// <summary>Ten rows or more that the estimator can be fitted on.</summary>
    protected abstract IDataView Data(MLContext ml);

    /// <summary>The estimator, with settings that fit in seconds.</summary>
    protected abstract IEstimator<ITransformer> Estimator(MLContext ml);

    /// <summary>ML.NET keeps this member to itself.</summary>
    private static void Cancel(MLContext ml) => typeof(MLContext).GetMethod("CancelExecution", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(ml, null);

    private static void ReadColumn(DataViewRow row, DataViewSchema.Column column)
    {
        try
        {
            RowReader.ReadCurrent(row, [column]);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            throw exception.InnerException;
        }
    }

    private static IEnumerable<string> Describe(DataViewSchema schema) =>
        schema.Select(column => $"{column.Name} {column.Type} {string.Join(' ', column.Annotations.Schema.Select(annotation => $"{annotation.Name} {annotation.Type}"))}");
}
