namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>All that fitting has learned: which columns are read, and how each is aggregated.</summary>
/// <param name="Fields">The columns, the one of the events' times among them.</param>
/// <param name="TimeField">The index in <paramref name="Fields"/> of the events' times; -1 where there are none.</param>
/// <param name="Origin">The earliest time, from which times are counted: as 32-bit floats, days since year 1 would lose the minutes.</param>
internal sealed record AggregationPlan(AggregatedField[] Fields, int TimeField, double Origin)
{
    public bool HasTime => TimeField >= 0;

    public void Write(BinaryWriter writer)
    {
        writer.Write(TimeField);
        writer.Write(Origin);
        writer.Write(Fields.Length);
        foreach (AggregatedField field in Fields) field.Write(writer);
    }

    public static AggregationPlan Read(BinaryReader reader)
    {
        int timeField = reader.ReadInt32();
        double origin = reader.ReadDouble();
        var fields = new AggregatedField[reader.ReadInt32()];
        for (int i = 0; i < fields.Length; i++) fields[i] = AggregatedField.Read(reader);
        return new AggregationPlan(fields, timeField, origin);
    }
}
