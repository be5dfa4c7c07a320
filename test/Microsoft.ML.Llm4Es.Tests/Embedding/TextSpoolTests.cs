using CsCheck;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class TextSpoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Texts_AreTheSameInAFileAndInMemory() => Gen.Select(Gen.String.Array[0, 20], Gen.Int[0, 100]).Sample((texts, inMemory) =>
    {
        using var spool = new TextSpool(_folder.FullName) { CharactersInMemory = inMemory };
        foreach (string text in texts) spool.Add(text);
        Assert.Equal(texts, spool);
        Assert.Equal(texts.Length, spool.Count);
        for (int i = texts.Length - 1; i >= 0; i--) Assert.Equal(texts[i], spool[i]);
    });

    [Fact]
    public void TheFile_IsGoneAfterwards()
    {
        using (var spool = new TextSpool(_folder.FullName) { CharactersInMemory = 1 })
        {
            spool.Add("half of a pair \ud83d");
            Assert.Equal("half of a pair \ud83d", spool[0]);
        }

        Assert.Empty(_folder.GetFiles());
    }
}
