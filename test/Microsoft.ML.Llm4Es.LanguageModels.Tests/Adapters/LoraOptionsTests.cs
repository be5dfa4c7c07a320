using System.Text;
using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LoraOptionsTests
{
    private static readonly Gen<LoraOptions> Options =
        from rank in Gen.Int[1, 512]
        from alpha in Gen.Double[0.1, 1000]
        from dropout in Gen.Double[0, 0.99]
        from modules in Gen.Shuffle(LoraOptions.Modules.ToArray())
        from count in Gen.Int[1, LoraOptions.Modules.Count]
        from stabilised in Gen.Bool
        select new LoraOptions { Rank = rank, Alpha = alpha, Dropout = dropout, TargetModules = modules[..count], UseRsLora = stabilised };

    [Fact]
    public void Settings_SurviveTheConfigurationFile() => Options.Sample(options =>
    {
        byte[] json = Encoding.UTF8.GetBytes(PeftConfiguration.Write(options, "org/model"));

        (LoraOptions read, string? baseModelName) = PeftConfiguration.Read(json, "test");

        Assert.Equal("org/model", baseModelName);
        Assert.Equal(options.TargetModules, read.TargetModules);
        Assert.Equal((options.Rank, options.Alpha, options.Dropout, options.UseRsLora), (read.Rank, read.Alpha, read.Dropout, read.UseRsLora));
    });

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 8)]
    public void Scale_IsAlphaOverTheRank_OrOverItsRoot(bool stabilised, double expected) =>
        Assert.Equal(expected, new LoraOptions { Rank = 16, Alpha = 32, UseRsLora = stabilised }.Scale);

    [Theory]
    [InlineData(0, 8, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(4, double.NaN, 0)]
    [InlineData(4, 8, 1)]
    [InlineData(4, 8, -0.1)]
    public void Numbers_OutOfTheirRangeAreRefused(int rank, double alpha, double dropout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoraOptions { Rank = rank, Alpha = alpha, Dropout = dropout });

    [Fact]
    public void TargetModules_AreThoseThatThereAre()
    {
        var error = Assert.Throws<ArgumentException>(() => new LoraOptions { TargetModules = ["q_proj", "qkv"] });
        Assert.Contains("'qkv'", error.Message, StringComparison.Ordinal);
        Assert.Contains("down_proj", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LoraOptions { TargetModules = [] });
        Assert.Equal(["q_proj", "v_proj"], new LoraOptions { TargetModules = ["v_proj", "q_proj", "v_proj"] }.TargetModules);
        Assert.Equal(LoraOptions.Modules, new LoraOptions { TargetModules = [LoraOptions.AllLinear] }.TargetModules);
    }
}
