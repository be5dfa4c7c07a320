namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where and when training saves its state, so that a run that ends for whatever reason goes on from there.</summary>
/// <remarks>
/// A checkpoint holds trainable weights, the optimizer's state, the position in the data and the losses so far: 12 bytes a trainable weight, 16 with
/// validation. A run that went on from one ends with the same weights, bit by bit, as one that never stopped, on the same machine. Checkpoints of a run
/// with other data, options or model are refused. One is written at the end too, so that the same call again returns at once.
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>Initializes the options.</summary>
    /// <param name="folder">The folder of the run's checkpoints; made where it does not exist. One run has one folder.</param>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    public CheckpointOptions(string folder) => Folder = folder;

    /// <summary>Gets the folder.</summary>
    /// <exception cref="ArgumentException">The folder's name is empty.</exception>
    public string Folder
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value, nameof(Folder));
            field = value;
        }
    }

    /// <summary>Gets after how many steps a checkpoint is written. At least 1; <see langword="null"/>, no such rule, by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? EverySteps
    {
        get;
        init
        {
            if (value is { } steps) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps, nameof(EverySteps));
            field = value;
        }
    }

    /// <summary>Gets after how many minutes a checkpoint is written, at the end of a step. Above 0; 10 by default, <see langword="null"/> for no such rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double? EveryMinutes
    {
        get;
        init
        {
            if (value is { } minutes && !(minutes > 0)) throw new ArgumentOutOfRangeException(nameof(EveryMinutes), value, $"{nameof(EveryMinutes)} must be above 0.");
            field = value;
        }
    } = 10;

    /// <summary>Gets how many checkpoints are kept; older ones are deleted. At least 1; 2 by default, so that there is another if the newest is damaged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Keep
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Keep));
            field = value;
        }
    } = 2;
}
