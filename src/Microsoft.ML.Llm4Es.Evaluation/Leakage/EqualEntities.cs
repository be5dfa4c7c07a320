using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Finds entities that are in the data twice, in different folds: what is learned of the one is asked of the other.</summary>
internal static class EqualEntities
{
    /// <summary>Shorter histories may be equal by chance.</summary>
    private const int MinEvents = 5;

    public static IEnumerable<string> Find(EntityFeatures features, CrossValidationFolds folds)
    {
        int events = features.Names.ToList().IndexOf("events");
        var foldOf = new Dictionary<string, int>();
        int shared = 0;
        for (int i = 0; i < features.Rows.Length; i++)
        {
            float[] values = features.Values[i];
            if (values[events] < MinEvents) continue;
            string key = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
            int fold = folds.Folds[features.Rows[i]];
            if (!foldOf.TryAdd(key, fold) && foldOf[key] != fold) shared++;
        }

        if (shared > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{shared:N0} entities have the same events as one in another fold. Keep each entity once, or name what they share as the group.");
    }
}
