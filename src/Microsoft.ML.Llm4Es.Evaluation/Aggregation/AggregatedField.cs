namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What fitting has learned of one event column.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What can be done with its values.</param>
/// <param name="Categories">The categories that are counted, most frequent first; none where it is a number with too many values.</param>
internal sealed record AggregatedField(string Name, EventValueKind Kind, string[] Categories)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write((byte)Kind);
        writer.Write(Categories.Length);
        foreach (string category in Categories) writer.Write(category);
    }

    public static AggregatedField Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        var kind = (EventValueKind)reader.ReadByte();
        string[] categories = new string[reader.ReadInt32()];
        for (int i = 0; i < categories.Length; i++) categories[i] = reader.ReadString();
        return new AggregatedField(name, kind, categories);
    }
}
