namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A way of making one vector of an entity's events, to be compared with others.</summary>
public sealed class Representation
{
    /// <summary>Initializes a representation.</summary>
    /// <param name="name">What it is called in tables and reports. Names joined by <c>+</c> mean the vectors one after the other, so a name holds none.</param>
    /// <param name="estimator">Makes the vector from grouped events. It is fitted once, on all entities and without labels.</param>
    /// <param name="outputColumnName">The column of the vector: floats, of one length.</param>
    /// <exception cref="ArgumentException">The name is empty or holds a plus sign.</exception>
    public Representation(string name, IEstimator<ITransformer> estimator, string outputColumnName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        if (name.Contains('+', StringComparison.Ordinal))
            throw new ArgumentException($"The name '{name}' holds a plus sign, which joins the names of representations.", nameof(name));

        Name = name;
        Estimator = estimator;
        OutputColumnName = outputColumnName;
    }

    /// <summary>Gets what the representation is called.</summary>
    public string Name { get; }

    /// <summary>Gets what makes the vector.</summary>
    public IEstimator<ITransformer> Estimator { get; }

    /// <summary>Gets where the training of a language model is noted, for the report; null (the default) for nowhere.</summary>
    public TrainingLog? Training { get; init; }

    /// <summary>Gets the column of the vector.</summary>
    public string OutputColumnName { get; }
}
