namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// What a network reads of an event: codes (a category or words of each field, the hour and the weekday) and numbers (those of the event, and the times since the
/// previous and the first one) on a logarithmic scale, with mean 0 and deviation 1 over all events.
/// </summary>
internal sealed class EventInputs
{
    private const int MaxWords = 8;
    private const int HoursPerDay = 24;
    private const int DaysPerWeek = 7;

    private readonly CodeInput[] _codes;
    private readonly Func<EntityEvents, double[]>[] _numbers;
    private readonly double[] _means;
    private readonly double[] _deviations;

    private EventInputs(EventPlan plan, double[]? means, double[]? deviations)
    {
        Plan = plan;
        _codes = [.. CodeInputs(plan)];
        _numbers = [.. NumberInputs(plan)];
        _means = means ?? new double[_numbers.Length];
        _deviations = deviations ?? [.. _numbers.Select(_ => 1.0)];
    }

    public EventPlan Plan { get; }

    public int Numbers => _numbers.Length;

    /// <summary>How many different codes each input of codes has, the 0 for none included.</summary>
    public IReadOnlyList<int> CodeCounts => [.. _codes.Select(input => input.Count)];

    /// <summary>How many codes of each input an event has.</summary>
    public IReadOnlyList<int> CodeWidths => [.. _codes.Select(input => input.Width)];

    /// <summary>Finds the scale of the numbers.</summary>
    /// <param name="plan">What the events look like.</param>
    /// <param name="entities">The events of every entity, one after the other in the same object.</param>
    public static EventInputs Learn(EventPlan plan, IEnumerable<EntityEvents> entities)
    {
        var unscaled = new EventInputs(plan, null, null);
        long[] counts = new long[unscaled.Numbers];
        double[] means = new double[counts.Length];
        double[] squares = new double[counts.Length];
        foreach (EntityEvents events in entities)
        {
            for (int n = 0; n < counts.Length; n++)
            {
                foreach (double value in unscaled._numbers[n](events).Select(LogScale).Where(double.IsFinite))
                {
                    // Welford's sums: no digits are lost where the deviation is small beside the mean.
                    double difference = value - means[n];
                    means[n] += difference / ++counts[n];
                    squares[n] += difference * (value - means[n]);
                }
            }
        }

        double[] deviations = [.. squares.Zip(counts, (sum, count) => count > 0 && sum > 0 ? Math.Sqrt(sum / count) : 1)];
        return new EventInputs(plan, means, deviations);
    }

    public EventSequence Encode(EntityEvents events)
    {
        int[][] codes = Array.ConvertAll(_codes, input =>
        {
            int[] all = new int[events.Count * input.Width];
            for (int i = 0; i < events.Count; i++) input.Write(events, i, all.AsSpan(i * input.Width, input.Width));
            return all;
        });

        float[] numbers = new float[events.Count * Numbers];
        for (int n = 0; n < Numbers; n++)
        {
            double[] values = _numbers[n](events);
            for (int i = 0; i < values.Length; i++)
            {
                double scaled = (LogScale(values[i]) - _means[n]) / _deviations[n];
                // What is missing is as the mean.
                numbers[i * Numbers + n] = double.IsFinite(scaled) ? (float)scaled : 0;
            }
        }

        return new EventSequence(events.Count, codes, numbers);
    }

    public void Write(BinaryWriter writer)
    {
        Plan.Write(writer);
        foreach (double mean in _means) writer.Write(mean);
        foreach (double deviation in _deviations) writer.Write(deviation);
    }

    public static EventInputs Read(BinaryReader reader)
    {
        EventPlan plan = EventPlan.Read(reader);
        int numbers = NumberInputs(plan).Count();
        double[] means = [.. Enumerable.Range(0, numbers).Select(_ => reader.ReadDouble())];
        double[] deviations = [.. Enumerable.Range(0, numbers).Select(_ => reader.ReadDouble())];
        return new EventInputs(plan, means, deviations);
    }

    private static double LogScale(double value) => Math.Sign(double.IsNaN(value) ? 0 : value) * Math.Log(1 + Math.Abs(value));

    private static IEnumerable<Func<EntityEvents, double[]>> NumberInputs(EventPlan plan)
    {
        for (int f = 0; f < plan.Fields.Length; f++)
        {
            int field = f;
            if (plan.Fields[f].Kind == EventValueKind.Number) yield return events => events.Numbers[field];
        }

        if (!plan.HasTime) yield break;
        // Days would put most of what happens within an hour at 0.
        double unit = plan.Fields[plan.TimeField].Kind == EventValueKind.Moment ? HoursPerDay : 1;
        yield return events => Array.ConvertAll(events.Gaps, gap => gap * unit);
        yield return events => Array.ConvertAll(events.Elapsed, time => time * unit);
    }

    private static IEnumerable<CodeInput> CodeInputs(EventPlan plan)
    {
        for (int f = 0; f < plan.Fields.Length; f++)
        {
            int field = f;
            // 0 is none, 1 is any category that is not in the plan.
            if (plan.Fields[f].Categories.Length > 0 && f != plan.TimeField)
                yield return new(plan.Fields[f].Categories.Length + 2, 1, (events, i, codes) => codes[0] = events.Categories[field][i] + 2);
            if (plan.Fields[f].Words.Length > 0)
                yield return new(plan.Fields[f].Words.Length + 1, MaxWords, (events, i, codes) => WriteWords(events.Words[field][i], codes));
        }

        if (!plan.HasTime || plan.Fields[plan.TimeField].Kind != EventValueKind.Moment) yield break;
        yield return new(HoursPerDay + 1, 1, (events, i, codes) => codes[0] = events.Moment(i).Hour + 1);
        yield return new(DaysPerWeek + 1, 1, (events, i, codes) => codes[0] = (int)events.Moment(i).DayOfWeek + 1);
    }

    private static void WriteWords(int[] words, Span<int> codes)
    {
        for (int i = 0; i < Math.Min(words.Length, codes.Length); i++) codes[i] = words[i] + 1;
    }

    /// <summary>One input of codes.</summary>
    /// <param name="Count">How many different codes there are, the 0 for none included.</param>
    /// <param name="Width">How many of them an event has at most.</param>
    /// <param name="Write">Writes the codes of an event.</param>
    private sealed record CodeInput(int Count, int Width, WriteCodes Write);

    private delegate void WriteCodes(EntityEvents events, int index, Span<int> codes);
}
