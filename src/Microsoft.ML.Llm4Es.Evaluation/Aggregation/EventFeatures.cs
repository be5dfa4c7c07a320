namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Some features of an entity's events that are computed together.</summary>
internal abstract class EventFeatures
{
    /// <summary>
    /// A field with no more categories than this tells events of different kinds apart, and an entity has several of each. In others, when a category came is
    /// mostly noise, and hundreds of such features hide the others.
    /// </summary>
    private const int MaxKinds = 32;

    /// <summary>What each feature is, such as "amount: sum".</summary>
    public abstract string[] Names { get; }

    /// <summary>Writes a value for each name, all finite; the span is zero before.</summary>
    public abstract void Write(EntityEvents events, Span<float> features);

    /// <summary>All features of a plan, in the order in which they stand in the vector.</summary>
    public static EventFeatures[] Of(EventPlan plan)
    {
        EventNumbers[] values = [.. Values(plan)];
        EventNumbers[] times = plan.HasTime ? [new("gap", events => events.Gaps), new("elapsed", events => events.Elapsed)] : [];

        var features = new List<EventFeatures> { new EventCount() };
        if (plan.HasTime)
        {
            features.Add(new NumberFeatures(new EventNumbers(plan.Fields[plan.TimeField].Name, events => events.Numbers[plan.TimeField])));
            if (plan.Fields[plan.TimeField].Kind == EventValueKind.Moment) features.Add(new CalendarFeatures());
        }

        features.AddRange(values.Concat(times).Select(number => new NumberFeatures(number)));
        for (int f = 0; f < plan.Fields.Length; f++)
            if (f != plan.TimeField) features.AddRange(OfField(plan.Fields[f], f, values, times));

        return [.. features];
    }

    protected static float Finite(double value) => double.IsNaN(value) ? 0 : (float)Math.Clamp(value, float.MinValue, float.MaxValue);

    private static IEnumerable<EventNumbers> Values(EventPlan plan)
    {
        for (int f = 0; f < plan.Fields.Length; f++)
        {
            int field = f;
            if (plan.Fields[f].Kind == EventValueKind.Number && f != plan.TimeField) yield return new(plan.Fields[f].Name, events => events.Numbers[field]);
        }
    }

    private static IEnumerable<EventFeatures> OfField(EventPlanField field, int index, EventNumbers[] values, EventNumbers[] times)
    {
        // Over a category of its own, a number is constant.
        EventNumbers[] others = Array.FindAll(values, number => number.Name != field.Name);
        bool isKind = field.Categories.Length <= MaxKinds;
        if (field.Kind == EventValueKind.Category) yield return new DistinctCategories(index, field);
        if (field.Categories.Length > 0)
        {
            yield return new OccurrenceFeatures(
                field.Categories.Select(category => $"{field.Name}={category}"),
                (events, i) => events.Categories[index].AsSpan(i, events.Categories[index][i] >= 0 ? 1 : 0),
                isKind ? [.. others, .. times] : others);
            if (isKind) yield return new CategoryEndsFeatures(index, field);
        }

        if (field.Words.Length > 0)
            yield return new OccurrenceFeatures(field.Words.Select(word => $"{field.Name} has '{word}'"), (events, i) => events.Words[index][i], others);
    }
}
