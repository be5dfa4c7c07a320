namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What fitting has learned of one event column.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What can be done with its values.</param>
/// <param name="Categories">The categories that are counted, most frequent first; none where it is a number with too many values.</param>
/// <param name="Words">The words that are counted, most frequent first; none where all values are counted as categories.</param>
internal sealed record EventPlanField(string Name, EventValueKind Kind, string[] Categories, string[] Words)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write((byte)Kind);
        Write(writer, Categories);
        Write(writer, Words);
    }

    public static EventPlanField Read(BinaryReader reader) =>
        new(reader.ReadString(), (EventValueKind)reader.ReadByte(), ReadTexts(reader), ReadTexts(reader));

    private static void Write(BinaryWriter writer, string[] texts)
    {
        writer.Write(texts.Length);
        foreach (string text in texts) writer.Write(text);
    }

    private static string[] ReadTexts(BinaryReader reader)
    {
        string[] texts = new string[reader.ReadInt32()];
        for (int i = 0; i < texts.Length; i++) texts[i] = reader.ReadString();
        return texts;
    }
}
