using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads the little-endian items of a GGUF header. No count or length is believed beyond what the rest of the file could hold.</summary>
/// <param name="stream">The file.</param>
internal sealed class GgufReader(Stream stream)
{
    /// <summary>Arrays of arrays are legal; deeper ones than this occur in no file that makes sense.</summary>
    private const int DeepestArray = 4;

    /// <summary>Far more bytes than the longest string and far more items than the longest array of a sound file have.</summary>
    private const int MostItems = 1 << 26;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private enum ValueType : uint
    {
        UInt8,
        Int8,
        UInt16,
        Int16,
        UInt32,
        Int32,
        Float32,
        Boolean,
        String,
        Array,
        UInt64,
        Int64,
        Float64,
    }

    /// <summary>Where the next item starts.</summary>
    public long Position => stream.Position;

    private long Remaining => stream.Length - stream.Position;

    /// <summary>Reads one number.</summary>
    /// <exception cref="InvalidDataException">The file ends before it.</exception>
    public T Read<T>()
        where T : unmanaged
    {
        T value = default;
        Fill(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>Reads a string: its length in bytes, then UTF-8.</summary>
    /// <exception cref="InvalidDataException">The file ends before it does, or it is not UTF-8.</exception>
    public string ReadString()
    {
        byte[] bytes = new byte[ReadCount(bytesEach: 1)];
        Fill(bytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"a string before byte {Position:N0} is not UTF-8.", failure);
        }
    }

    /// <summary>Reads how many items follow.</summary>
    /// <param name="bytesEach">The fewest bytes that an item takes.</param>
    /// <exception cref="InvalidDataException">The rest of the file could not hold that many, or they are absurdly many.</exception>
    public int ReadCount(int bytesEach)
    {
        ulong count = Read<ulong>();
        ulong most = (ulong)Math.Min(Remaining / bytesEach, MostItems);
        return count <= most
            ? (int)count
            : throw new InvalidDataException($"{count:N0} items are announced before byte {Position:N0}, but {most:N0} are possible at most.");
    }

    /// <summary>Reads the type of a value, then the value: a number, a bool, a string, or an array of one of them.</summary>
    /// <exception cref="InvalidDataException">The type is unknown, or the file ends before the value does.</exception>
    public object ReadValue() => ReadValue(Read<ValueType>(), depth: 0);

    private object ReadValue(ValueType type, int depth) => type switch
    {
        ValueType.UInt8 => Read<byte>(),
        ValueType.Int8 => Read<sbyte>(),
        ValueType.UInt16 => Read<ushort>(),
        ValueType.Int16 => Read<short>(),
        ValueType.UInt32 => Read<uint>(),
        ValueType.Int32 => Read<int>(),
        ValueType.Float32 => Read<float>(),
        ValueType.Boolean => ReadBoolean(),
        ValueType.String => ReadString(),
        ValueType.Array => ReadArray(depth + 1),
        ValueType.UInt64 => Read<ulong>(),
        ValueType.Int64 => Read<long>(),
        ValueType.Float64 => Read<double>(),
        _ => throw new InvalidDataException($"the value type {(uint)type} before byte {Position:N0} is unknown; known are 0 to {(uint)ValueType.Float64}."),
    };

    private Array ReadArray(int depth)
    {
        if (depth > DeepestArray) throw new InvalidDataException($"arrays are nested more than {DeepestArray} deep before byte {Position:N0}.");

        ValueType type = Read<ValueType>();
        return type switch
        {
            ValueType.UInt8 => ReadArray<byte>(),
            ValueType.Int8 => ReadArray<sbyte>(),
            ValueType.UInt16 => ReadArray<ushort>(),
            ValueType.Int16 => ReadArray<short>(),
            ValueType.UInt32 => ReadArray<uint>(),
            ValueType.Int32 => ReadArray<int>(),
            ValueType.Float32 => ReadArray<float>(),
            ValueType.UInt64 => ReadArray<ulong>(),
            ValueType.Int64 => ReadArray<long>(),
            ValueType.Float64 => ReadArray<double>(),
            ValueType.Boolean => ReadArray(bytesEach: 1, ReadBoolean),
            ValueType.String => ReadArray(bytesEach: sizeof(ulong), ReadString),
            ValueType.Array => ReadArray(bytesEach: sizeof(uint) + sizeof(ulong), () => ReadArray(depth + 1)),
            _ => throw new InvalidDataException($"the item type {(uint)type} of an array before byte {Position:N0} is unknown."),
        };
    }

    private T[] ReadArray<T>()
        where T : unmanaged
    {
        var values = new T[ReadCount(Marshal.SizeOf<T>())];
        Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private T[] ReadArray<T>(int bytesEach, Func<T> read)
    {
        var values = new T[ReadCount(bytesEach)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read();
        }

        return values;
    }

    private bool ReadBoolean()
    {
        byte value = Read<byte>();
        return value <= 1 ? value == 1 : throw new InvalidDataException($"a bool before byte {Position:N0} is {value}; 0 or 1 is expected.");
    }

    private void Fill(Span<byte> bytes)
    {
        if (bytes.Length > Remaining)
            throw new InvalidDataException($"the file ends at byte {stream.Length:N0}, {bytes.Length - Remaining:N0} bytes too early; it is cut short.");

        stream.ReadExactly(bytes);
    }
}
