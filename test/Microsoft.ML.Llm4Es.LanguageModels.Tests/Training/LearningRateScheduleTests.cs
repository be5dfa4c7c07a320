using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LearningRateScheduleTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Factor_EqualsTransformers()
    {
        string path = ReferenceData.Require(ReferenceData.Reference, "training", "schedules.json");
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.NotEmpty(cases.RootElement.EnumerateArray());
        foreach (JsonElement expected in cases.RootElement.EnumerateArray())
        {
            var schedule = Enum.Parse<LearningRateSchedule>(expected.GetProperty("kind").GetString()!, ignoreCase: true);
            int warmup = expected.GetProperty("warmup").GetInt32();
            int total = expected.GetProperty("total").GetInt32();
            int step = 0;
            foreach (JsonElement factor in expected.GetProperty("factors").EnumerateArray())
                Assert.Equal(factor.GetDouble(), schedule.Factor(step++, warmup, total), 1e-12);
        }
    }

    [Theory]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Linear)]
    public void Factor_RisesThenFallsToZero(LearningRateSchedule schedule)
    {
        Assert.Equal(0, schedule.Factor(0, 4, 20));
        Assert.Equal(0.5, schedule.Factor(2, 4, 20));
        Assert.Equal(1, schedule.Factor(4, 4, 20));
        Assert.Equal(0.5, schedule.Factor(12, 4, 20), 1e-12);
        Assert.Equal(0, schedule.Factor(20, 4, 20), 1e-12);
    }
}
