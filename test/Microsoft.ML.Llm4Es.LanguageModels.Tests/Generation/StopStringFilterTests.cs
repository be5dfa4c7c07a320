using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class StopStringFilterTests
{
    // Few letters, so that stop strings occur and overlap.
    private static readonly Gen<string> Texts = Gen.Char["ab"].Array[0, 12].Select(letters => new string(letters));

    private static readonly Gen<string> Stops = Gen.Char["ab"].Array[1, 4].Select(letters => new string(letters));

    [Fact]
    public void Append_ShowsTheTextUpToTheFirstStop_HoweverItIsCut() => Gen.Select(Texts.Array[0, 6], Stops.Array[0, 3]).Sample((pieces, stops) =>
    {
        string text = string.Concat(pieces);
        int[] found = [.. stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0)];
        string expected = found.Length > 0 ? text[..found.Min()] : text;

        StopStringFilter filter = new(stops);
        string shown = "";
        foreach (string piece in pieces.TakeWhile(_ => !filter.Found))
        {
            shown += filter.Append(piece);
            Assert.StartsWith(shown, expected, StringComparison.Ordinal);
        }

        Assert.Equal(found.Length > 0, filter.Found);
        Assert.Equal(expected, shown + filter.Flush());
    });

    [Fact]
    public void Append_HoldsBackNoMoreThanNeeded()
    {
        StopStringFilter filter = new(["END", "\n\n"]);
        Assert.Equal("some text", filter.Append("some textE"));
        Assert.Equal("E", filter.Append("EN"));
        Assert.Equal("ENx", filter.Append("x"));
        Assert.False(filter.Found);
    }
}
