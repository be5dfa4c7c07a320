using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>A text to tune on that is no entity's of the task.</summary>
internal sealed class TextRow
{
    [ColumnName(Llm4EsPipelines.Text)]
    public string Text { get; set; } = "";
}
