using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>What PyTorch is asked to do in each round.</summary>
internal enum PyTorchWork
{
    /// <summary>One training step.</summary>
    Train,

    /// <summary>The forward pass to the hidden states' mean.</summary>
    Embed,

    /// <summary>The forward pass to the logits of the last token.</summary>
    Prompt,
}

/// <summary>The same model shape in PyTorch (peers/pytorch.py), in fp32, on as many threads as this process: Debian's python3-torch, or any other that python3 finds.</summary>
internal sealed class PyTorchPeer : IDisposable
{
    private readonly PeerProcess _process;

    private PyTorchPeer(PeerProcess process, double amount)
    {
        _process = process;
        Contender = new Contender($"pytorch fp32{process.Remark}", () => amount / _process.Round());
    }

    /// <summary>Gets the peer as one of those that are measured; a token is a unit of work where nothing else was asked for.</summary>
    internal Contender Contender { get; }

    /// <summary>Starts PyTorch.</summary>
    /// <returns>The peer; <see langword="null"/> where no Python with PyTorch is installed.</returns>
    internal static PyTorchPeer? TryStart(PyTorchWork work, LanguageModelConfiguration shape, int rows, int length) =>
        TryStart(work, shape, rows, length, amount: (double)rows * length);

    /// <summary>Starts PyTorch, and counts a round as <paramref name="amount"/> units of work.</summary>
    internal static PyTorchPeer? TryStart(PyTorchWork work, LanguageModelConfiguration shape, int rows, int length, double amount)
    {
        string[] arguments =
        [
            work.ToString().ToLowerInvariant(),
            .. PeerProcess.Option("threads", get_num_threads()),
            .. PeerProcess.Option("rows", rows),
            .. PeerProcess.Option("length", length),
            .. PeerProcess.Option("vocabulary", shape.VocabularySize),
            .. PeerProcess.Option("hidden", shape.HiddenSize),
            .. PeerProcess.Option("intermediate", shape.IntermediateSize),
            .. PeerProcess.Option("layers", shape.HiddenLayers),
            .. PeerProcess.Option("heads", shape.AttentionHeads),
            .. PeerProcess.Option("key-value-heads", shape.KeyValueHeads),
        ];
        PeerProcess? process = PeerProcess.TryStartPython("pytorch.py", arguments);
        return process is null ? null : new PyTorchPeer(process, amount);
    }

    public void Dispose() => _process.Dispose();
}
