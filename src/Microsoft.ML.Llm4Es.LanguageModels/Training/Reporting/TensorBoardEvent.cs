using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The messages of TensorBoard's event.proto and summary.proto that training needs, as protocol buffers.</summary>
internal static class TensorBoardEvent
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    /// <summary>The first message of every file.</summary>
    internal static byte[] FileVersion() => Event(0, field: 3, Encoding.UTF8.GetBytes("brain.Event:2"));

    /// <summary>Says that a session starts at a step (SessionLog.START): what an earlier one wrote from there on is void.</summary>
    internal static byte[] SessionStart(int step) => Event(step, field: 7, [1 << 3 | Varint, 1]);

    /// <summary>Numbers of a step under their tags.</summary>
    internal static byte[] Scalars(int step, IEnumerable<(string Tag, double Value)> values)
    {
        List<byte> summary = [];
        foreach ((string tag, double number) in values)
        {
            List<byte> value = [];
            AddBytes(value, 1, Encoding.UTF8.GetBytes(tag));
            AddKey(value, 2, Fixed32);
            AddFixed(value, sizeof(float), bytes => BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)number));
            AddBytes(summary, 1, [.. value]);
        }

        return Event(step, field: 5, [.. summary]);
    }

    private static byte[] Event(int step, int field, byte[] content)
    {
        List<byte> message = [];
        AddKey(message, 1, Fixed64);
        double seconds = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        AddFixed(message, sizeof(double), bytes => BinaryPrimitives.WriteDoubleLittleEndian(bytes, seconds));
        AddKey(message, 2, Varint);
        AddVarint(message, (ulong)step);
        AddBytes(message, field, content);
        return [.. message];
    }

    private static void AddKey(List<byte> message, int field, int wireType) => AddVarint(message, (ulong)(field << 3 | wireType));

    private static void AddBytes(List<byte> message, int field, byte[] content)
    {
        AddKey(message, field, Delimited);
        AddVarint(message, (ulong)content.Length);
        message.AddRange(content);
    }

    private static void AddFixed(List<byte> message, int size, Action<byte[]> write)
    {
        var bytes = new byte[size];
        write(bytes);
        message.AddRange(bytes);
    }

    private static void AddVarint(List<byte> message, ulong value)
    {
        for (; value >= 0x80; value >>= 7) message.Add((byte)(value | 0x80));
        message.Add((byte)value);
    }
}
