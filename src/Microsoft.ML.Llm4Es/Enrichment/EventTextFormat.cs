namespace Microsoft.ML.Llm4Es;

/// <summary>The forms in which <see cref="ReformatEnricher"/> retells events. Each holds all events and all of their values.</summary>
public enum EventTextFormat
{
    /// <summary>JSON: an object with an array of events.</summary>
    Json,

    /// <summary>YAML: a list of mappings.</summary>
    Yaml,

    /// <summary>XML: an element for each event, with attributes or elements.</summary>
    Xml,

    /// <summary>HTML: a table.</summary>
    Html,

    /// <summary>Markdown: a heading and a table for each value of a field that repeats (<c>### category: Groceries</c>).</summary>
    Markdown,

    /// <summary>SQL: INSERT statements.</summary>
    Sql,

    /// <summary>Lines of <c>field: value</c>.</summary>
    KeyValue,

    /// <summary>Sentences: <c>Event 1: the category is Groceries, and the amount is 12.</c></summary>
    Prose,
}
