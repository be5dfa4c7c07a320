using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.Llm4Es.Tool.Tests.Documentation;

/// <summary>The C# of a Markdown page as one program: its blocks in order, and the <c>&lt;!-- given: … --&gt;</c> comments in which a page declares what its reader has.</summary>
internal static partial class DocumentedProgram
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.AI;
        global using Microsoft.ML;
        global using Microsoft.ML.Data;
        global using Microsoft.ML.Llm4Es;
        global using Microsoft.ML.Llm4Es.Evaluation;
        global using Microsoft.ML.Llm4Es.LanguageModels;

        """;

    private static readonly CSharpParseOptions Language = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);

    /// <summary>Compiles a page; the errors, each with the line that it is on.</summary>
    internal static IReadOnlyList<string> Errors(string markdown)
    {
        SyntaxTree page = CSharpSyntaxTree.ParseText(Program(markdown), Language);
        SyntaxTree usings = CSharpSyntaxTree.ParseText(Usings, Language);
        var compilation = CSharpCompilation.Create("Documentation", [usings, page], References(), new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        return [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity is DiagnosticSeverity.Error).Select(Describe)];
    }

    /// <summary>Statements first, as C# wants it; pages declare a type where they speak of it.</summary>
    private static string Program(string markdown)
    {
        string code = string.Join("\n", CodeBlock().Matches(markdown).Select(match => match.Groups["code"].Value));
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(code, Language).GetCompilationUnitRoot();
        IEnumerable<MemberDeclarationSyntax> statements = unit.Members.Where(member => member is GlobalStatementSyntax);
        IEnumerable<MemberDeclarationSyntax> types = unit.Members.Where(member => member is not GlobalStatementSyntax);
        return unit.WithMembers([.. statements, .. types]).ToFullString();
    }

    private static string Describe(Diagnostic diagnostic)
    {
        int line = diagnostic.Location.GetLineSpan().StartLinePosition.Line;
        string text = diagnostic.Location.SourceTree?.GetText().Lines[line].ToString().Trim() ?? "";
        return $"{diagnostic.GetMessage()} in: {text}";
    }

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));

    [GeneratedRegex(@"```csharp\r?\n(?<code>.*?)```|<!-- given:(?<code>.*?)-->", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
