using System.Buffers.Binary;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads the fields of a protocol buffers message one after the other.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value where it is a whole number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value where it is a 32-bit float.</summary>
    public float Float { get; private set; }

    /// <summary>Its value where it is a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    public bool Read()
    {
        if (_position == _message.Length) return false;

        ulong key = ReadVarint();
        (Field, Number, Float) = ((int)(key >> 3), 0, 0);
        Bytes = [];
        switch (key & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case 2:
                Bytes = Take(ReadVarint());
                break;
            case 5:
                Float = BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
                break;
            default:
                throw new InvalidDataException($"Not a protocol buffers message: wire type {key & 7} before byte {_position}.");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw new InvalidDataException($"Not a protocol buffers message: a number is too long before byte {_position}.");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _position))
            throw new InvalidDataException($"The protocol buffers message ends early: {length} bytes expected from byte {_position} on, {_message.Length - _position} found.");

        ReadOnlySpan<byte> taken = _message.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }
}
