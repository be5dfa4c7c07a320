namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The events of the current row in the form that features are computed from.</summary>
internal sealed class EntityEvents
{
    private readonly EventPlan _plan;
    private readonly EventValues[] _values;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>[] _categoryIndex;
    private readonly WordIndex[] _wordIndex;
    private readonly HashSet<string> _distinct = [];

    /// <param name="plan">What fitting has learned.</param>
    /// <param name="values">The readers of the plan's columns.</param>
    public EntityEvents(EventPlan plan, EventValues[] values)
    {
        _plan = plan;
        _values = values;
        _categoryIndex = Array.ConvertAll(plan.Fields, field => field.Categories
            .Select((category, i) => (category, i))
            .ToDictionary(pair => pair.category, pair => pair.i)
            .GetAlternateLookup<ReadOnlySpan<char>>());
        _wordIndex = Array.ConvertAll(plan.Fields, field => new WordIndex(field.Words));
        Words = new int[plan.Fields.Length][][];
        Numbers = new double[plan.Fields.Length][];
        Categories = new int[plan.Fields.Length][];
        DistinctCategories = new int[plan.Fields.Length];
    }

    public int Count { get; private set; }

    /// <summary>The numbers of each field, by event; moments in days since the plan's origin. Null for a field of categories.</summary>
    public double[][] Numbers { get; }

    /// <summary>The index of each event's category, -1 where it is not counted. Null for a field without categories.</summary>
    public int[][] Categories { get; }

    /// <summary>The indices of the words that each event has. Null for a field without words.</summary>
    public int[][][] Words { get; }

    /// <summary>How many distinct values each field of categories has, those that are not counted included.</summary>
    public int[] DistinctCategories { get; }

    /// <summary>Time since the previous event; NaN for the first. Days, or the unit of a time that is a number.</summary>
    public double[] Gaps { get; private set; } = [];

    /// <summary>Time since the first event. Days, or the unit of a time that is a number.</summary>
    public double[] Elapsed { get; private set; } = [];

    public DateTime Moment(int index) => _values[_plan.TimeField].Moment(index);

    /// <exception cref="InvalidDataException">The columns have values for different numbers of events.</exception>
    public void Read()
    {
        EventValues.ReadAll(_values, _plan);
        Count = _values[0].Count;
        for (int f = 0; f < _values.Length; f++)
        {
            if (_plan.Fields[f].Kind != EventValueKind.Category) ReadNumbers(f);
            if (_plan.Fields[f].Categories.Length > 0) ReadCategories(f);
            if (_plan.Fields[f].Words.Length > 0) ReadWords(f);
        }

        if (!_plan.HasTime) return;
        double[] times = Numbers[_plan.TimeField];
        Gaps = [.. times.Select((time, i) => i == 0 ? double.NaN : time - times[i - 1])];
        Elapsed = [.. times.Select(time => time - times[0])];
    }

    private void ReadNumbers(int field)
    {
        double origin = field == _plan.TimeField ? _plan.Origin : 0;
        double[] numbers = Numbers[field] = new double[Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = _values[field].Number(i) - origin;
    }

    private void ReadCategories(int field)
    {
        int[] categories = Categories[field] = new int[Count];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> distinct = _distinct.GetAlternateLookup<ReadOnlySpan<char>>();
        _distinct.Clear();
        for (int i = 0; i < categories.Length; i++)
        {
            ReadOnlySpan<char> category = _values[field].Category(i);
            categories[i] = _categoryIndex[field].TryGetValue(category, out int index) ? index : -1;
            distinct.Add(category);
        }

        DistinctCategories[field] = _distinct.Count;
    }

    private void ReadWords(int field)
    {
        int[][] words = Words[field] = new int[Count][];
        for (int i = 0; i < words.Length; i++) words[i] = _wordIndex[field].Find(_values[field].Category(i));
    }
}
