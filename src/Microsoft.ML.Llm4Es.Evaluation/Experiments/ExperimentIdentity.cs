using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What must be the same for an experiment to go on from its folder: space, strategy, seed, protocol and data. It stands in <c>experiment.json</c>.</summary>
internal static class ExperimentIdentity
{
    private const string FileName = "experiment.json";
    private const int MaxShown = 3;

    public static JsonNode Of(Llm4EsExperimentSettings settings, PredictionTarget target, string data, int heldOut, string trainer)
    {
        DownstreamEvaluationOptions evaluation = settings.Evaluation;
        bool halves = settings.Strategy is SearchStrategy.SuccessiveHalving;
        return ExperimentFormat.ToNode(new
        {
            settings.Space,
            settings.Strategy,
            // The trials of a random search do not depend on how many of them there are.
            MaxTrials = halves ? settings.MaxTrials : (int?)null,
            Reduction = halves ? settings.Reduction : (int?)null,
            settings.Seed,
            evaluation.Label,
            evaluation.LabelKind,
            evaluation.Fold,
            evaluation.Group,
            FoldCount = evaluation.Fold is null ? evaluation.FoldCount : (int?)null,
            FoldSeed = evaluation.Seed,
            HeldOutFold = heldOut,
            evaluation.Fitting,
            Trainer = trainer,
            evaluation.Classifier,
            Entities = target.Rows,
            Data = data,
        })!;
    }

    /// <summary>Keeps what the experiment is in its folder, or checks that it is what the folder keeps.</summary>
    /// <exception cref="InvalidOperationException">The folder is of another experiment.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or missing beside trials.</exception>
    public static void Settle(string folder, JsonNode identity, bool hasTrials)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            if (hasTrials) throw new InvalidDataException($"{folder} has a log of trials and no {FileName}, so it cannot be told of which experiment they are. Name another folder.");
            WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(identity.ToJsonString(ExperimentFormat.Indented) + "\n")));
            return;
        }

        Dictionary<string, string> there = Leaves(Read(path)), here = Leaves(identity);
        string[] differences =
        [
            .. there.Keys.Union(here.Keys).Where(name => there.GetValueOrDefault(name) != here.GetValueOrDefault(name))
                .Select(name => $"{name} was {there.GetValueOrDefault(name, "not set")} and is {here.GetValueOrDefault(name, "not set")}"),
        ];
        if (differences.Length == 0) return;

        string more = differences.Length > MaxShown ? $" and {differences.Length - MaxShown} more" : "";
        throw new InvalidOperationException($"The folder {folder} is of another experiment: {string.Join("; ", differences.Take(MaxShown))}{more}. " +
            "Name another folder for this one, or go on with the settings and data of the first.");
    }

    private static JsonNode? Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path));
        }
        catch (System.Text.Json.JsonException cause)
        {
            throw new InvalidDataException($"{path} is damaged, so it cannot be told whether its trials are of this experiment. Name another folder. {cause.Message}", cause);
        }
    }

    /// <summary>Each value by where it stands, such as <c>space.epochs[1]</c>.</summary>
    private static Dictionary<string, string> Leaves(JsonNode? root)
    {
        var leaves = new Dictionary<string, string>();
        Visit(root, "");
        return leaves;

        void Visit(JsonNode? node, string name)
        {
            switch (node)
            {
                case JsonObject members:
                    foreach ((string member, JsonNode? value) in members) Visit(value, name.Length == 0 ? member : $"{name}.{member}");
                    break;
                case JsonArray items:
                    for (int i = 0; i < items.Count; i++) Visit(items[i], $"{name}[{i}]");
                    break;
                default:
                    leaves[name] = node?.ToJsonString(ExperimentFormat.Compact) ?? "null";
                    break;
            }
        }
    }
}
