using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class ModelCopyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clone_HasTheSameWeights_AndItsOwn(bool tied)
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { TieWordEmbeddings = tied });
        using CausalLanguageModel copy = model.Clone();
        byte[] before = Weights(model);

        Assert.Equal(before, Weights(copy));
        Assert.Equal(model.Precision, copy.Precision);
        using (no_grad()) copy.Parameters[0].zero_();
        Assert.Equal(before, Weights(model));
    }

    private static byte[] Weights(CausalLanguageModel model)
    {
        using var stream = new MemoryStream();
        model.WriteWeights(stream);
        return stream.ToArray();
    }
}
