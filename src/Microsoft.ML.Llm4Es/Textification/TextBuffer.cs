using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>Characters that grow as needed and are used again for the next text; values are formatted in place.</summary>
internal sealed class TextBuffer
{
    private char[] _characters = new char[1024];
    private int _length;

    public void Clear() => _length = 0;

    public void Append(char character)
    {
        if (_length == _characters.Length) Grow(1);
        _characters[_length++] = character;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _characters.Length - _length) Grow(text.Length);
        text.CopyTo(_characters.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Formats a value, the same in every culture.</summary>
    public void Append<T>(T value, ReadOnlySpan<char> format = default) where T : ISpanFormattable
    {
        int written;
        while (!value.TryFormat(_characters.AsSpan(_length), out written, format, CultureInfo.InvariantCulture)) Grow(_characters.Length);
        _length += written;
    }

    /// <summary>Takes characters back from the end.</summary>
    public void TrimEnd(char character)
    {
        while (_length > 0 && _characters[_length - 1] == character) _length--;
    }

    public override string ToString() => new(_characters, 0, _length);

    private void Grow(int by) => Array.Resize(ref _characters, Math.Max(_characters.Length * 2, _length + by));
}
