using System.Collections;
using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// What Unicode normalization form C needs to know of characters, read from CanonicalData.txt on first use. .NET's own
/// <see cref="string.Normalize()"/> does nothing in globalization-invariant mode, in which many services run.
/// </summary>
internal static class CanonicalData
{
    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int First, int Second), int> Composites = [];
    private static readonly BitArray Unstable = new(0x110000);

    static CanonicalData()
    {
        using Stream stream = typeof(CanonicalData).Assembly.GetManifestResourceStream("CanonicalData.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) Read(line.Split(' '));
        }

        // Vowels and final consonants of Hangul join the syllable before them.
        for (int jamo = 0x1161; jamo <= 0x1175; jamo++) Unstable[jamo] = true;
        for (int jamo = 0x11A8; jamo <= 0x11C2; jamo++) Unstable[jamo] = true;
    }

    /// <summary>The canonical combining class; 0 for a character that begins a new sequence.</summary>
    public static byte ClassOf(int character) => Classes.GetValueOrDefault(character);

    /// <summary>One step of canonical decomposition, or null.</summary>
    public static int[]? PartsOf(int character) => Parts.GetValueOrDefault(character);

    public static int? Compose(int first, int second) => Composites.TryGetValue((first, second), out int composite) ? composite : null;

    /// <summary>Whether form C may differ from a text that holds this character.</summary>
    public static bool IsUnstable(int character) => Unstable[character];

    private static void Read(string[] fields)
    {
        if (fields.Length == 2)
        {
            string[] range = fields[0].Split('-');
            byte combiningClass = byte.Parse(fields[1], CultureInfo.InvariantCulture);
            for (int character = Code(range[0]); character <= Code(range[1]); character++)
            {
                Classes[character] = combiningClass;
                Unstable[character] = true;
            }

            return;
        }

        int composite = Code(fields[0]);
        int[] parts = [.. fields[2..].Select(Code)];
        Parts[composite] = parts;
        if (fields[1] == "!")
        {
            Unstable[composite] = true;
            return;
        }

        Composites[(parts[0], parts[1])] = composite;
        Unstable[parts[1]] = true;
    }

    private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
