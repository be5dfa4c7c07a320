using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds groups, such as patients with several stays, that are in more than one fold: test rows then have kin among the training rows.</summary>
internal static class SplitGroups
{
    public static IEnumerable<string> Find(string[] groups, CrossValidationFolds folds, string column)
    {
        string[] split = [.. groups.Zip(folds.Folds).GroupBy(row => row.First, row => row.Second).Where(group => group.Distinct().Skip(1).Any()).Select(group => group.Key)];
        if (split.Length > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{split.Length:N0} values of '{column}' are in more than one fold, such as {split[0]}. Name no fold column: folds are then made that keep them together.");
    }
}
