namespace Microsoft.ML.Llm4Es;

/// <summary>An event field inside a saved model.</summary>
internal static class EventFieldFormat
{
    public static void Write(BinaryWriter writer, EventField field)
    {
        writer.Write(field.Column);
        writer.Write(field.Name);
        writer.Write((byte)field.Kind);
        switch (field.Kind)
        {
            case EventFieldKind.Code:
                writer.Write(field.CodeNames!.Count);
                foreach ((string code, string name) in field.CodeNames)
                {
                    writer.Write(code);
                    writer.Write(name);
                }

                break;
            case EventFieldKind.Number:
                writer.Write(field.Decimals ?? -1);
                break;
            case EventFieldKind.Time:
                writer.Write((byte)field.TimeFormat);
                writer.Write((byte)field.TimeUnit);
                break;
        }
    }

    public static EventField Read(BinaryReader reader)
    {
        string column = reader.ReadString(), name = reader.ReadString();
        switch ((EventFieldKind)reader.ReadByte())
        {
            case EventFieldKind.Plain:
                return EventField.Plain(column, name);
            case EventFieldKind.Code:
                int codes = reader.ReadInt32();
                var names = new Dictionary<string, string>();
                for (int i = 0; i < codes; i++) names.Add(reader.ReadString(), reader.ReadString());
                return EventField.Code(column, name, names);
            case EventFieldKind.Number:
                int decimals = reader.ReadInt32();
                return EventField.Number(column, name, decimals < 0 ? null : decimals);
            case EventFieldKind.Time:
                return EventField.Time(column, name, (TimeFormat)reader.ReadByte(), (TimeUnit)reader.ReadByte());
            default:
                throw new InvalidDataException($"The saved model names an unknown kind of field for '{column}'; it was saved by a newer version of this library.");
        }
    }
}
