using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors in two dimensions, coloured by what the reader chooses: style sheets alone do that, without a script.</summary>
internal static class MapSection
{
    private const string Css = """
        .by { position: absolute; opacity: 0; } .by + label { display: inline-block; margin: 0 .4rem .5rem 0; padding: .2rem .75rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); font-size: .88rem; cursor: pointer; overflow-wrap: anywhere; }
        .by:checked + label { background: var(--link); border-color: var(--link); color: var(--back); } .by:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
        .map { position: relative; } .map .charts { grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); } .map .legend { display: none; margin: .25rem 0 1rem; }

        """;

    /// <summary>What the map can be coloured by, each with a letter of its own in the classes of the points.</summary>
    private const int MaxColours = 26;

    public static XElement? Create(EvaluationReport report)
    {
        (RepresentationResult Result, EmbeddingMap Map)[] maps = [.. report.Representations.Where(result => result.Map is not null).Select(result => (result, result.Map!))];
        if (maps.Length == 0 || report.Evaluated is not { } entities) return null;

        EntityField[] colours = Colours(entities);
        return new XElement("section", new XAttribute("class", "map"),
            new XElement("h2", "Map of the entities"),
            new XElement("p", new XAttribute("class", "muted"), "Each dot is an entity; near dots have similar vectors in the two directions in which vectors vary most. Colour by:"),
            colours.SelectMany((field, i) => Choice(field, i)),
            colours.Select(Legend),
            new XElement("div", new XAttribute("class", "charts"), maps.Select(map => Chart(map.Result.Name, map.Map, colours))));
    }

    /// <summary>The rules by which a choice shows its legend and colours the points.</summary>
    public static string Style(EvaluationReport report)
    {
        if (report.Evaluated is not { } entities) return "";
        var css = new StringBuilder(Css);
        EntityField[] colours = Colours(entities);
        for (int i = 0; i < colours.Length; i++)
        {
            css.Append(CultureInfo.InvariantCulture, $"#by{i}:checked ~ .l{i} {{ display: flex; }}\n");
            for (int value = 0; value < colours[i].Values.Count; value++)
                css.Append(CultureInfo.InvariantCulture, $"#by{i}:checked ~ .charts .{PointClass(i, value)} {{ --c: var(--{ColourOf(colours[i], value)}); }}\n");
        }

        return css.ToString();
    }

    private static EntityField[] Colours(EvaluatedEntities entities) => [.. entities.Colours.Take(1).Concat(entities.Fields).Concat(entities.Colours.Skip(1)).Take(MaxColours)];

    private static IEnumerable<XElement> Choice(EntityField field, int index) =>
    [
        new("input", new XAttribute("class", "by"), new XAttribute("type", "radio"), new XAttribute("name", "by"), new XAttribute("id", $"by{index}"), index == 0 ? new XAttribute("checked", "") : null),
        new("label", new XAttribute("for", $"by{index}"), field.Name),
    ];

    private static XElement Legend(EntityField field, int index)
    {
        XElement legend = ChartLegend.OfDots(field.Values.Select((value, i) => (value, ColourOf(field, i))))!;
        legend.SetAttributeValue("class", $"legend l{index}");
        legend.SetAttributeValue("aria-label", field.Name);
        return legend;
    }

    private static string ColourOf(EntityField field, int value) =>
        field.IsOrdered && value < ChartStyle.Shades ? ChartStyle.Shade(value)
        : field.Values[value] is EntityFields.Other or EntityFields.Missing ? ChartStyle.Colour(ChartStyle.Colours - 1)
        : ChartStyle.Colour(value);

    private static string PointClass(int field, int value) => $"{(char)('a' + field)}{value}";

    private static XElement Chart(string name, EmbeddingMap map, EntityField[] colours)
    {
        string shown = string.Create(CultureInfo.InvariantCulture, $"{map.Rows.Count:N0} entities");
        var text = new ChartText(
            name,
            string.Create(CultureInfo.InvariantCulture, $"The first two principal components of {shown}; they hold {map.ExplainedX:P0} and {map.ExplainedY:P0} of the variance. Means by {colours[0].Name} are in the table."),
            $"{shown} by the first two principal components; the few farthest out are put at the border.");
        var table = new HtmlTable($"Means by {colours[0].Name}", [colours[0].Name, "entities", "first component", "second component"],
        [
            .. Enumerable.Range(0, map.Rows.Count).GroupBy(i => colours[0].ValueOf[map.Rows[i]]).OrderBy(group => group.Key).Select(group => (string[])
            [
                colours[0].Values[group.Key], ReportText.Count(group.Count()), ReportText.Number(group.Average(i => map.X[i])), ReportText.Number(group.Average(i => map.Y[i])),
            ]),
        ]);
        return ScatterChart.Draw(
            text,
            new ChartAxis(string.Create(CultureInfo.InvariantCulture, $"first component, {map.ExplainedX:P0} of the variance"), Scale(map.X)),
            new ChartAxis(string.Create(CultureInfo.InvariantCulture, $"second component, {map.ExplainedY:P0}"), Scale(map.Y)),
            map.Rows.Select((row, i) => new ScatterPoint(map.X[i], map.Y[i], string.Join(' ', colours.Select((field, f) => PointClass(f, field.ValueOf[row]))))),
            table: table);
    }

    /// <summary>Nearly all of them: a few far out, which are put at the border, would leave no room for the others.</summary>
    private static AxisScale Scale(IReadOnlyList<float> values)
    {
        float[] sorted = [.. values.Order()];
        int beyond = sorted.Length / 200;
        return AxisScale.Holding([sorted[beyond], sorted[^(beyond + 1)]]);
    }
}
