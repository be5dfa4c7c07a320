namespace Microsoft.ML.Llm4Es;

/// <summary>One client of the synthetic set that <see cref="CardClients"/> makes.</summary>
public sealed class CardClient
{
    /// <summary>Gets or sets the client's identifier.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether the client plans ahead; what a model is to predict from the client's events.</summary>
    public bool PlansAhead { get; set; }
}
