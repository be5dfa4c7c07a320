using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The encoder of CoLES: embeddings of an event's codes beside its numbers, a gated recurrent unit over the events, its last state.</summary>
internal sealed class EventSequenceNetwork : nn.Module<IReadOnlyList<EventSlice>, Tensor>
{
    /// <summary>Categories need no longer embedding in data of this size; the paper's own networks have 16 to 32 for theirs.</summary>
    private const int MaxEmbeddingSize = 32;

    private readonly EventInputs _inputs;
    private readonly ModuleList<Embedding> _embeddings;
    private readonly GRU _recurrent;
    private readonly Device _device;

    /// <summary>Makes a network of random weights, which depend on the seed alone.</summary>
    public EventSequenceNetwork(EventInputs inputs, int hiddenSize, int seed, Device device)
        : base(nameof(EventSequenceNetwork))
    {
        _inputs = inputs;
        _device = device;
        _embeddings = new([.. inputs.CodeCounts.Select(count => nn.Embedding(count, EmbeddingSize(count), padding_idx: 0))]);
        _recurrent = nn.GRU(inputs.CodeCounts.Sum(EmbeddingSize) + inputs.Numbers, hiddenSize, batchFirst: true);
        HiddenSize = hiddenSize;
        RegisterComponents();
        Initialize(seed);
        this.to(device);
    }

    public int HiddenSize { get; }

    /// <summary>The state after the last event of each slice, <c>[slices, hidden]</c>.</summary>
    public override Tensor forward(IReadOnlyList<EventSlice> slices)
    {
        using DisposeScope scope = NewDisposeScope();
        int longest = slices.Max(slice => slice.Length);
        Tensor[] parts = [.. _embeddings.Select((embedding, input) => embedding.call(Codes(slices, input, longest)).sum(2)), Numbers(slices, longest)];
        Tensor lengths = tensor(Array.ConvertAll([.. slices], (EventSlice slice) => (long)slice.Length));
        // Packed: what fills up shorter slices is not computed.
        using nn.utils.rnn.PackedSequence packed = nn.utils.rnn.pack_padded_sequence(cat(parts, 2), lengths, batch_first: true, enforce_sorted: false);
        (nn.utils.rnn.PackedSequence states, Tensor last) = _recurrent.call(packed);
        states.Dispose();
        return last.squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The codes of one input, <c>[slices, longest, width]</c>.</summary>
    private Tensor Codes(IReadOnlyList<EventSlice> slices, int input, int longest)
    {
        int width = _inputs.CodeWidths[input];
        int[] codes = new int[slices.Count * longest * width];
        for (int i = 0; i < slices.Count; i++)
            slices[i].Sequence.Codes[input].AsSpan(slices[i].Start * width, slices[i].Length * width).CopyTo(codes.AsSpan(i * longest * width));
        return tensor(codes, [slices.Count, longest, width], device: _device);
    }

    /// <summary><c>[slices, longest, numbers]</c>.</summary>
    private Tensor Numbers(IReadOnlyList<EventSlice> slices, int longest)
    {
        int width = _inputs.Numbers;
        float[] numbers = new float[slices.Count * longest * width];
        for (int i = 0; i < slices.Count; i++)
            slices[i].Sequence.Numbers.AsSpan(slices[i].Start * width, slices[i].Length * width).CopyTo(numbers.AsSpan(i * longest * width));
        return tensor(numbers, [slices.Count, longest, width], device: _device);
    }

    /// <summary>PyTorch's own distributions, drawn from a generator of our own, so that a seed gives the same weights whatever else draws.</summary>
    private void Initialize(int seed)
    {
        using IDisposable noGradient = no_grad();
        using var generator = new Generator(unchecked((ulong)seed), CPU);
        double bound = 1 / Math.Sqrt(HiddenSize);
        foreach (Parameter parameter in _recurrent.parameters()) parameter.uniform_(-bound, bound, generator);
        foreach (Embedding embedding in _embeddings)
        {
            using DisposeScope scope = NewDisposeScope();
            embedding.weight!.normal_(0, 1, generator);
            embedding.weight![0].zero_();
        }
    }

    /// <summary>The rule of fastai for the embedding of a category: 1.6 times its number of values to the power of 0.56.</summary>
    private static int EmbeddingSize(int codes) => Math.Min(MaxEmbeddingSize, (int)Math.Ceiling(1.6 * Math.Pow(codes, 0.56)));
}
