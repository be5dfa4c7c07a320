using System.Globalization;
using System.Text.RegularExpressions;
using TorchSharp.Modules;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A parameter, and a name that is the same in every run of the same model and tuning.</summary>
internal readonly partial record struct NamedParameter(string Name, Parameter Parameter)
{
    /// <summary>Gets the decoder layer that a parameter belongs to, from 0; <see langword="null"/> for those outside of layers.</summary>
    internal static int? LayerOf(string name) =>
        LayerNumber().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\bmodel\.layers\.([0-9]+)\.")]
    private static partial Regex LayerNumber();
}
