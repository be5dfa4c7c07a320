using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Grouping;

public sealed class GroupEventsTypesTests
{
    private static readonly DateTime Day = new(2024, 3, 31, 14, 5, 0, DateTimeKind.Unspecified);

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void GroupEvents_MakesVectorsOfEveryScalarType()
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<EveryType>([new(2), new(1)]), "Id", "Int32");

        Check<bool>("Boolean", [false, true]);
        Check<sbyte>("SByte", [1, 2]);
        Check<byte>("Byte", [1, 2]);
        Check<short>("Int16", [1, 2]);
        Check<ushort>("UInt16", [1, 2]);
        Check<int>("Int32", [1, 2]);
        Check<uint>("UInt32", [1, 2]);
        Check<long>("Int64", [1, 2]);
        Check<ulong>("UInt64", [1, 2]);
        Check<float>("Single", [1, 2]);
        Check<double>("Double", [1, 2]);
        Check("DateTime", [Day.AddDays(1), Day.AddDays(2)]);
        Check("DateTimeOffset", [new DateTimeOffset(Day.AddDays(1), TimeSpan.Zero), new DateTimeOffset(Day.AddDays(2), TimeSpan.Zero)]);
        Check("TimeSpan", [TimeSpan.FromHours(1), TimeSpan.FromHours(2)]);
        Check<DataViewRowId>("RowId", [new(1, 0), new(2, 0)]);

        void Check<T>(string column, T[] expected)
        {
            Assert.Equal(typeof(T), ((VectorDataViewType)grouped.Schema[column].Type).ItemType.RawType);
            Assert.Equal([expected], grouped.GetColumn<T[]>(column));
        }
    }

    [Fact]
    public void GroupEvents_KeepsWhatKeysStandFor()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = "a", Time = 2, Code = "bread" }, new { Id = "a", Time = 1, Code = "milk" }]);
        InputOutputColumnPair[] columns = [new("Id"), new("Code")];
        IDataView mapped = _ml.Transforms.Conversion.MapValueToKey(columns).Fit(events).Transform(events);

        IDataView grouped = _ml.Data.GroupEvents(mapped, "Id", "Time");
        IDataView back = _ml.Transforms.Conversion.MapKeyToValue(columns).Fit(grouped).Transform(grouped);

        Assert.Equal(["a"], back.GetColumn<string>("Id"));
        Assert.Equal([["milk", "bread"]], back.GetColumn<string[]>("Code"));
    }

    [Theory]
    [InlineData("Boolean")]
    [InlineData("SByte")]
    [InlineData("Int64")]
    [InlineData("UInt64")]
    [InlineData("DateTime")]
    [InlineData("DateTimeOffset")]
    [InlineData("TimeSpan")]
    public void GroupEvents_TakesKeysOfType(string key)
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<EveryType>([new(1), new(2), new(1)]), key, "Int32");

        Assert.Equal([[1, 1], [2]], grouped.GetColumn<int[]>("Int32"));
    }

    [Theory]
    [InlineData("SByte")]
    [InlineData("UInt64")]
    [InlineData("Single")]
    [InlineData("Double")]
    [InlineData("DateTime")]
    [InlineData("DateTimeOffset")]
    [InlineData("TimeSpan")]
    public void GroupEvents_TakesTimesOfType(string time)
    {
        IDataView grouped = _ml.Data.GroupEvents(_ml.Data.LoadFromEnumerable<EveryType>([new(3), new(1), new(2)]), "Id", time);

        Assert.Equal([[1L, 2L, 3L]], grouped.GetColumn<long[]>("Int64"));
    }

    [Fact]
    public void GroupEvents_OrdersIntegersBeyondWhatADoubleTellsApart()
    {
        IDataView events = _ml.Data.LoadFromEnumerable([new { Id = 1, Time = long.MaxValue }, new { Id = 1, Time = long.MaxValue - 1 }]);

        Assert.Equal([[long.MaxValue - 1, long.MaxValue]], _ml.Data.GroupEvents(events, "Id", "Time").GetColumn<long[]>("Time"));
    }

    private sealed class EveryType(int n)
    {
        public string Id { get; } = "a";

        public bool Boolean { get; } = n % 2 == 0;

        public sbyte SByte { get; } = (sbyte)n;

        public byte Byte { get; } = (byte)n;

        public short Int16 { get; } = (short)n;

        public ushort UInt16 { get; } = (ushort)n;

        public int Int32 { get; } = n;

        public uint UInt32 { get; } = (uint)n;

        public long Int64 { get; } = n;

        public ulong UInt64 { get; } = (ulong)n;

        public float Single { get; } = n;

        public double Double { get; } = n;

        public DateTime DateTime { get; } = Day.AddDays(n);

        public DateTimeOffset DateTimeOffset { get; } = new(Day.AddDays(n), TimeSpan.Zero);

        public TimeSpan TimeSpan { get; } = TimeSpan.FromHours(n);

        public DataViewRowId RowId { get; } = new((ulong)n, 0);

    }
}
