using Microsoft.ML.Llm4Es.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What repeated work adds to the memory of this process. A leak is added by every repetition; caches, compiled code and the allocator's reserve are added now and then.</summary>
internal static class MemoryGrowth
{
    private const int Repetitions = 3;

    /// <summary>Most that any of the repetitions may leave of managed objects, in bytes.</summary>
    private const long MostManaged = 4 << 20;

    /// <summary>Works once to fill what is filled once, then three times: no tensor is left, and in the leanest no more memory than said.</summary>
    /// <param name="work">What is repeated.</param>
    /// <param name="most">The bytes that stay below what a leak would take in one repetition.</param>
    public static void AssertNone(Action work, long most)
    {
        work();
        List<long> growth = [];
        for (int i = 0; i < Repetitions; i++)
        {
            long native = AllocatedMemory.InUse();
            long managed = GC.GetTotalMemory(forceFullCollection: true);
            long tensors = Tensor.TotalCount;

            work();

            Assert.Equal(tensors, Tensor.TotalCount);
            growth.Add(AllocatedMemory.InUse() - native);
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, MostManaged);
        }

        string text = string.Join(", ", growth.Select(bytes => $"{bytes >> 10} kB"));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.True(growth.Min() < most, text);
    }
}
