using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

public sealed class TimeFieldTests
{
    private static readonly DateTime Start = new(2024, 2, 28, 23, 30, 0, DateTimeKind.Unspecified);

    private static readonly TimeSpan[] After =
        [TimeSpan.Zero, TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30), TimeSpan.FromHours(24.5), new(72, 30, 0), new(24, 0, 0)];

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Gap_IsAShortWord() => Assert.Equal(["0m", "0m", "28m", "1m", "1d", "2d", "-2d"], Write(After, TimeFormat.Gap));

    [Fact]
    public void Days_CountFromTheFirstEvent() => Assert.Equal(["0", "0", "0", "0", "1", "3", "1"], Write(After, TimeFormat.Days));

    [Fact]
    public void Date_IsWrittenWithOrWithoutTimeOfDay()
    {
        DateTime[] times = [Start, Start.AddMinutes(45)];

        Assert.Equal(["2024-02-28", "2024-02-29"], Write(times, TimeFormat.Date));
        Assert.Equal(["2024-02-28 23:30", "2024-02-29 00:15"], Write(times, TimeFormat.DateAndTime));
    }

    [Fact]
    public void Time_OfEveryType_IsTheSame()
    {
        string[] gaps = ["0m", "3h", "2d"];
        double[] hours = [0, 3, 51];

        Assert.Equal(gaps, Write(hours.Select(h => Start.AddHours(h)).ToArray(), TimeFormat.Gap));
        Assert.Equal(gaps, Write(hours.Select(h => new DateTimeOffset(Start.AddHours(h + 2), TimeSpan.FromHours(2))).ToArray(), TimeFormat.Gap));
        Assert.Equal(gaps, Write(hours.Select(TimeSpan.FromHours).ToArray(), TimeFormat.Gap));
        Assert.Equal(gaps, Write(hours.Select(h => h / 24).ToArray(), TimeFormat.Gap, TimeUnit.Days));
        Assert.Equal(gaps, Write(hours.Select(h => (float)h).ToArray(), TimeFormat.Gap, TimeUnit.Hours));
        Assert.Equal(gaps, Write(hours.Select(h => (int)h * 60).ToArray(), TimeFormat.Gap, TimeUnit.Minutes));
        Assert.Equal(gaps, Write(hours.Select(h => (uint)h * 3600).ToArray(), TimeFormat.Gap, TimeUnit.Seconds));
        Assert.Equal(gaps, Write(hours.Select(h => 1_700_000_000_000 + (long)h * 3_600_000).ToArray(), TimeFormat.Gap, TimeUnit.Milliseconds));
    }

    [Fact]
    public void Gap_BetweenOffsets_IsBetweenMoments()
    {
        DateTimeOffset[] times = [new(Start, TimeSpan.FromHours(2)), new(Start, TimeSpan.Zero)];

        Assert.Equal(["0m", "2h"], Write(times, TimeFormat.Gap));
        Assert.Equal(["2024-02-28 23:30", "2024-02-28 23:30"], Write(times, TimeFormat.DateAndTime));
    }

    [Fact]
    public void MissingTimes_AreEmpty()
    {
        Assert.Equal(["0m", "", "", "1d"], Write([1, float.NaN, 2, 3f], TimeFormat.Gap));
        Assert.Equal(["2024-02-28", ""], Write([Start, default(DateTime)], TimeFormat.Date));
    }

    [Fact]
    public void Time_ThatNoUnitFits_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Write([1.7e12], TimeFormat.Gap, TimeUnit.Seconds));

        Assert.Contains("Choose the TimeUnit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_RefusesWhatIsNoFormatOrUnit()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EventField.Time("Time", format: (TimeFormat)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => EventField.Time("Time", unit: (TimeUnit)99));
    }

    private IEnumerable<string> Write<T>(T[] times, TimeFormat format, TimeUnit unit = TimeUnit.Days)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new { Time = times }]);
        var options = new TextifyEventsOptions { Fields = [EventField.Time("Time", format: format, unit: unit)] };
        string text = _ml.Transforms.TextifyEvents("Text", options).Fit(rows).Transform(rows).GetColumn<string>("Text").Single();
        return EventTable.Parse(text).Events.Select(values => values[0]);
    }
}
