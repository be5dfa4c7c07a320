namespace Microsoft.ML.Llm4Es;

/// <summary>The annotation by which GroupEvents tells later stages which column holds the time of the events.</summary>
internal static class EventTimeAnnotation
{
    /// <summary>The kind's name; its value is a boolean, true.</summary>
    public const string Kind = "Llm4EsEventTime";
}
