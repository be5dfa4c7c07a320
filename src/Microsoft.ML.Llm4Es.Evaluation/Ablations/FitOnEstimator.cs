namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Fits an estimator on other rows than those that it is given, such as a share of them; what it makes then transforms all.</summary>
public sealed class FitOnEstimator : IEstimator<ITransformer>
{
    private readonly IEstimator<ITransformer> _estimator;
    private readonly Func<IDataView, IDataView> _rows;

    internal FitOnEstimator(IEstimator<ITransformer> estimator, Func<IDataView, IDataView> rows)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        _estimator = estimator;
        _rows = rows;
    }

    /// <summary>Fits the estimator on the chosen rows.</summary>
    /// <param name="input">The rows that there are.</param>
    /// <returns>What the estimator makes.</returns>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _estimator.Fit(_rows(input));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _estimator.GetOutputSchema(inputSchema);
}
