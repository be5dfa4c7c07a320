using System.Text.Json;
using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What each normalizer makes of a text, and where its characters come from.</summary>
public sealed class TextNormalizerTests
{
    [Theory]
    [InlineData("""{"type":"NFD"}""", "é\u1E69한", "e\u0301s\u0323\u0307\u1112\u1161\u11AB")]
    [InlineData("""{"type":"NFC"}""", "e\u0301", "é")]
    [InlineData("""{"type":"Lowercase"}""", "ÀΣİ Straße \uD801\uDC00", "àσi\u0307 straße \uD801\uDC28")]
    [InlineData("""{"type":"StripAccents"}""", "e\u0301a\u20DDé\u0903", "eaé")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", "\u3000 a b \n", "a b")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", " a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a ", " a")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", "  ", "")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"},{"type":"Replace","pattern":{"String":" "},"content":"▁"},{"type":"Prepend","prepend":"▁"}]}""", "Ünï Cödé", "▁uni▁code")]
    public void Apply_EqualsTheTokenizersLibrary(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Apply(normalizer, text, out _));

    [Fact]
    public void Apply_KnowsWhereEachCharacterComesFrom()
    {
        Apply("""{"type":"Sequence","normalizers":[{"type":"Strip"},{"type":"Lowercase"}]}""", "  ÉİA", out (int Start, int End)[] lower);
        Apply("""{"type":"Sequence","normalizers":[{"type":"Strip"},{"type":"NFD"},{"type":"StripAccents"}]}""", "  ÉİA", out (int Start, int End)[] stripped);

        Assert.Equal([(2, 3), (3, 4), (3, 4), (4, 5)], lower);
        Assert.Equal([(2, 3), (3, 4), (4, 5)], stripped);
    }

    [Fact]
    public void Nfd_OfAnyText_IsPutTogetherAgainByNfc() =>
        Gen.String.Sample(text =>
        {
            string wellFormed = UnicodeText.ReplaceLoneSurrogates(text).ToString();
            string composed = Apply("""{"type":"NFC"}""", wellFormed, out _);

            Assert.Equal(composed, Apply("""{"type":"NFC"}""", Apply("""{"type":"NFD"}""", wellFormed, out _), out _));
        }, iter: 2000);

    private static string Apply(string normalizer, string text, out (int Start, int End)[] places)
    {
        AlignedText aligned = new(text, 0);
        foreach (TextNormalizer step in TextNormalizer.Create(JsonElement.Parse(normalizer))) aligned = step.Apply(aligned);
        places = new (int, int)[aligned.Length];
        for (int i = 0; i < places.Length; i++) places[i] = (aligned.StartOf(i), aligned.EndOf(i));
        return aligned.Text.ToString();
    }
}
