namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Some features of an entity's events that are computed together.</summary>
internal abstract class EventFeatures
{
    /// <summary>What each feature is, such as "amount: sum".</summary>
    public abstract string[] Names { get; }

    /// <summary>Writes a value for each name, all finite; the span is zero before.</summary>
    public abstract void Write(EntityEvents events, Span<float> features);

    /// <summary>All features of a plan, in the order in which they stand in the vector.</summary>
    public static EventFeatures[] Of(EventPlan plan)
    {
        var numbers = new List<EventNumbers>();
        for (int f = 0; f < plan.Fields.Length; f++)
        {
            int field = f;
            if (plan.Fields[f].Kind == EventValueKind.Number && f != plan.TimeField) numbers.Add(new(plan.Fields[f].Name, events => events.Numbers[field]));
        }

        var features = new List<EventFeatures> { new EventCount() };
        if (plan.HasTime)
        {
            numbers.Add(new("gap", events => events.Gaps));
            numbers.Add(new("elapsed", events => events.Elapsed));
            features.Add(new NumberFeatures(new EventNumbers(plan.Fields[plan.TimeField].Name, events => events.Numbers[plan.TimeField])));
            if (plan.Fields[plan.TimeField].Kind == EventValueKind.Moment) features.Add(new CalendarFeatures());
        }

        features.AddRange(numbers.Select(number => new NumberFeatures(number)));
        for (int f = 0; f < plan.Fields.Length; f++)
        {
            if (f == plan.TimeField) continue;
            if (plan.Fields[f].Kind == EventValueKind.Category) features.Add(new DistinctCategories(f, plan.Fields[f]));
            if (plan.Fields[f].Categories.Length > 0) features.Add(new CategoryFeatures(f, plan.Fields[f], [.. numbers]));
            if (plan.Fields[f].Words.Length > 0) features.Add(new WordFeatures(f, plan.Fields[f]));
        }

        return [.. features];
    }

    protected static float Finite(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    private sealed class DistinctCategories(int index, EventPlanField field) : EventFeatures
    {
        public override string[] Names { get; } = [$"{field.Name}: distinct"];

        public override void Write(EntityEvents events, Span<float> features) => features[0] = events.DistinctCategories[index];
    }

    private sealed class EventCount : EventFeatures
    {
        public override string[] Names { get; } = ["events"];

        public override void Write(EntityEvents events, Span<float> features) => features[0] = events.Count;
    }
}

/// <summary>A number that each event has.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Of">The number of each of an entity's events; NaN where it is missing.</param>
internal sealed record EventNumbers(string Name, Func<EntityEvents, double[]> Of);
