namespace Microsoft.ML.Llm4Es;

/// <summary>What a language model is asked, after the paper (LLM4ES, arXiv 2508.05688).</summary>
internal static class EnrichmentPrompts
{
    public const string System = "You are an assistant specialised in transforming text data. You preserve all fields of the data and their values.";

    public const string User = """
        Rewrite the description of events below in another textual form. Be creative, and choose the form at random: JSON, HTML, Markdown, plain text, XML,
        YAML or any other. You may paraphrase the names of categories. Keep ALL events, each with all of its fields and with the same numbers and dates; leave
        nothing out and invent nothing. At the end you may add a short analysis. Answer with the rewritten text only.

        {text}
        """;
}
