using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Grouping;

public sealed class DataFrameTests
{
    [Fact]
    public void GroupEvents_ReadsADataFrame()
    {
        var ml = new MLContext();
        var frame = new DataFrame(
            new StringDataFrameColumn("Id", ["a", "b", "a"]),
            new PrimitiveDataFrameColumn<int>("Day", [2, 1, 1]),
            new PrimitiveDataFrameColumn<float>("Amount", [20f, 5f, 10f]));

        IDataView grouped = ml.Data.GroupEvents(frame, "Id", "Day");

        Assert.Equal(["a", "b"], grouped.GetColumn<string>("Id"));
        Assert.Equal([[10f, 20f], [5f]], grouped.GetColumn<float[]>("Amount"));
    }
}
