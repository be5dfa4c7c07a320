namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A filter: what makes a value of its input and its arguments.</summary>
internal delegate JinjaValue JinjaFilter(JinjaValue input, CallArguments arguments);

/// <summary>The filters by name: Jinja's, and <c>tojson</c> as transformers defines it.</summary>
internal static class JinjaFilters
{
    private static readonly Dictionary<string, JinjaFilter> Filters = new(StringComparer.Ordinal)
    {
        ["abs"] = NumberFilters.Absolute,
        ["attr"] = CollectionFilters.Attribute,
        ["batch"] = CollectionFilters.Batch,
        ["capitalize"] = TextFilters.Capitalize,
        ["center"] = TextFilters.Center,
        ["count"] = CollectionFilters.Length,
        ["d"] = CollectionFilters.Default,
        ["default"] = CollectionFilters.Default,
        ["dictsort"] = SortingFilters.SortDictionary,
        ["e"] = TextFilters.Escape,
        ["escape"] = TextFilters.Escape,
        ["filesizeformat"] = NumberFilters.FileSize,
        ["first"] = CollectionFilters.First,
        ["float"] = NumberFilters.Float,
        ["forceescape"] = TextFilters.ForceEscape,
        ["format"] = TextFilters.Format,
        ["groupby"] = SortingFilters.GroupBy,
        ["indent"] = TextFilters.Indent,
        ["int"] = NumberFilters.Integer,
        ["items"] = CollectionFilters.Items,
        ["join"] = CollectionFilters.Join,
        ["last"] = CollectionFilters.Last,
        ["length"] = CollectionFilters.Length,
        ["list"] = CollectionFilters.List,
        ["lower"] = TextFilters.Lower,
        ["map"] = SelectionFilters.Map,
        ["max"] = SortingFilters.Maximum,
        ["min"] = SortingFilters.Minimum,
        ["pprint"] = Unsupported("pprint"),
        ["random"] = Unsupported("random"),
        ["reject"] = SelectionFilters.Reject,
        ["rejectattr"] = SelectionFilters.RejectByAttribute,
        ["replace"] = TextFilters.Replace,
        ["reverse"] = CollectionFilters.Reverse,
        ["round"] = NumberFilters.Round,
        ["safe"] = TextFilters.Safe,
        ["select"] = SelectionFilters.Select,
        ["selectattr"] = SelectionFilters.SelectByAttribute,
        ["slice"] = CollectionFilters.Slice,
        ["sort"] = SortingFilters.Sort,
        ["string"] = TextFilters.String,
        ["striptags"] = TextFilters.StripTags,
        ["sum"] = NumberFilters.Sum,
        ["title"] = TextFilters.Title,
        ["tojson"] = PythonJson.Filter,
        ["trim"] = TextFilters.Trim,
        ["truncate"] = TextFilters.Truncate,
        ["unique"] = SortingFilters.Unique,
        ["upper"] = TextFilters.Upper,
        ["urlencode"] = TextFilters.UrlEncode,
        ["urlize"] = Unsupported("urlize"),
        ["wordcount"] = TextFilters.WordCount,
        ["wordwrap"] = Unsupported("wordwrap"),
        ["xmlattr"] = TextFilters.XmlAttributes,
    };

    public static bool Exists(string name) => Filters.ContainsKey(name);

    public static JinjaValue Apply(string name, JinjaValue input, CallArguments arguments) => Filters.TryGetValue(name, out JinjaFilter? filter)
        ? filter(input, arguments)
        : throw ChatTemplateException.Evaluation($"No filter named '{name}' found.");

    private static JinjaFilter Unsupported(string name) =>
        (_, _) => throw ChatTemplateException.Evaluation($"The filter '{name}' is not supported, because no chat template needs it; use another.");
}
