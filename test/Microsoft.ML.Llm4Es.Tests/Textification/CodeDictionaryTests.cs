namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class CodeDictionaryTests
{
    [Fact]
    public void FromCsv_ReadsQuotedFields()
    {
        IReadOnlyDictionary<string, string> names = Read("code,unused,name\r\n0742,x,Vets\n5411,\"a,b\",\"Food, \"\"drink\"\"\nand more\"\r\n\n9,,");

        Assert.Equal(3, names.Count);
        Assert.Equal("Vets", names["0742"]);
        Assert.Equal("Food, \"drink\"\nand more", names["5411"]);
        Assert.Equal("", names["9"]);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("code,title\n1,a", "has no column 'name'. It has: code, title")]
    [InlineData("code,name\n1", "record 2: 1 fields were found, 2 are expected")]
    [InlineData("code,name\n1,a\n1,b", "record 3: the code '1' is named 'b' here and 'a' before")]
    [InlineData("code,name\n1,\"a", "does not end")]
    public void FromCsv_WhatIsWrong_IsNamed(string content, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(content));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCsv_NoFile_NamesIt() => Assert.Throws<FileNotFoundException>(() => CodeDictionary.FromCsv("nowhere.csv", "code", "name"));

    [Fact]
    [Trait("Category", "Reference")]
    public void FromCsv_ReadsMerchantCategories()
    {
        string path = ReferenceData.Require(ReferenceData.Data, "mcc", "mcc_codes.csv");

        IReadOnlyDictionary<string, string> names = CodeDictionary.FromCsv(path, "mcc", "edited_description");

        Assert.Equal(981, names.Count);
        Assert.Equal("Horticultural Services, Landscaping Services", names["0780"]);
    }

    private static IReadOnlyDictionary<string, string> Read(string content)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            return CodeDictionary.FromCsv(path, "code", "name");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
