namespace Microsoft.ML.Llm4Es.Tool.Tests.Documentation;

public sealed class DocumentationTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Documentation");

    public static TheoryData<string> PagesWithCode =>
    [
        .. Directory.EnumerateFiles(Folder, "*.md", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("```csharp", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Folder, path))
            .Order(),
    ];

    [Theory, MemberData(nameof(PagesWithCode))]
    public void Page_HasExamplesThatCompile(string page) => Assert.Empty(DocumentedProgram.Errors(File.ReadAllText(Path.Combine(Folder, page))));

    [Fact]
    public void Page_WithAnUnknownMemberFails() => Assert.Single(DocumentedProgram.Errors("```csharp\nvar ml = new MLContext();\nml.Transforms.NoSuchThing();\n```"));
}
