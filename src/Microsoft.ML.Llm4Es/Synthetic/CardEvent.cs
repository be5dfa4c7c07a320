namespace Microsoft.ML.Llm4Es;

/// <summary>One card transaction of the synthetic set that <see cref="CardClients"/> makes.</summary>
public sealed class CardEvent
{
    /// <summary>Gets or sets the client that the card belongs to.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Gets or sets when the transaction happened.</summary>
    public DateTime Time { get; set; }

    /// <summary>Gets or sets the merchant category code; <see cref="CardClients.MerchantCategories"/> has its readable name.</summary>
    public string Mcc { get; set; } = "";

    /// <summary>Gets or sets the amount in the client's currency; money that comes in is positive, money that is spent is negative.</summary>
    public float Amount { get; set; }
}
