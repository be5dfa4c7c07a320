using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds single fields and events that nearly decide the label: often they are known only after it, or made from it.</summary>
internal static class DecisiveFeatures
{
    /// <summary>A single aggregate hardly ever ranks entities this well unless it says what the label is.</summary>
    private const double DecisiveArea = 0.95;

    /// <summary>An event that nearly only entities of one class have, though fewer than <see cref="CommonShare"/> of all entities are of it.</summary>
    private const double DecisiveShare = 0.98;
    private const double CommonShare = 0.8;
    private const int MinEntities = 20;
    private const int MaxExamples = 3;
    private const int MaxRows = 3000;

    public static IEnumerable<string> Find(EntityFeatures features, PredictionTarget target, string label)
    {
        // Sorting every feature for every class takes time, and some entities show a clear case as well as all.
        int[] places = EntityFeatures.Every(features.Rows.Length, MaxRows);
        var some = new EntityFeatures(features.Names, Array.ConvertAll(places, i => features.Rows[i]), Array.ConvertAll(places, i => features.Values[i]));
        foreach ((string name, bool[] all) in target.Sides)
        {
            bool[] rows = Array.ConvertAll(some.Rows, row => all[row]);
            foreach ((string feature, double area) in Rankings(some, rows))
                yield return string.Create(CultureInfo.InvariantCulture, $"'{feature}' alone ranks {label} = {name} with an area under the ROC curve of {area:F3}. Is it known before the label is?");
            foreach ((string feature, int entities, double share) in Events(some, rows))
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{share:P0} of the {entities:N0} entities with '{feature}' above 0 are {label} = {name}, of all entities {rows.Count(of => of) / (double)rows.Length:P0}. Is that event known before the label is?");
            }
        }
    }

    private static IEnumerable<(string Feature, double Area)> Rankings(EntityFeatures features, bool[] rows) =>
        Enumerable.Range(0, features.Names.Count)
            .Select(f => (features.Names[f], Area: ClassificationMetrics.RocAuc(rows, [.. features.Values.Select(values => (double)values[f])])))
            .Select(found => (found.Item1, Area: Math.Max(found.Area, 1 - found.Area)))
            .Where(found => found.Area >= DecisiveArea)
            .OrderByDescending(found => found.Area)
            .Take(MaxExamples);

    private static IEnumerable<(string Feature, int Entities, double Share)> Events(EntityFeatures features, bool[] rows)
    {
        double common = rows.Count(of => of) / (double)rows.Length;
        if (common > CommonShare) return [];
        return Enumerable.Range(0, features.Names.Count)
            .Where(f => features.Names[f].EndsWith(": count", StringComparison.Ordinal))
            .Select(f =>
            {
                int[] having = [.. Enumerable.Range(0, rows.Length).Where(row => features.Values[row][f] > 0)];
                return (Feature: features.Names[f], Entities: having.Length, Share: having.Length == 0 ? 0 : having.Count(row => rows[row]) / (double)having.Length);
            })
            .Where(found => found.Entities >= MinEntities && found.Share >= DecisiveShare)
            .OrderByDescending(found => found.Entities)
            .Take(MaxExamples);
    }
}
