using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Trains an encoder of events by telling random slices of an entity from those of others.</summary>
internal sealed class ColesTrainer(EventSequenceNetwork network, ColesEventsOptions options, int seed)
{
    private const int LongestSlice = 150;

    private const int UsualEpochs = 30;
    private const int MostEpochs = 100;

    /// <summary>With fewer, the entities of small data are not told apart yet: on 754 users of MovieLens ROC-AUC is .643 after 360 steps, .671 after 720.</summary>
    private const int LeastSteps = 1000;

    /// <param name="sequences">The events of every entity.</param>
    /// <param name="report">Told of each epoch: its number from 1, of how many, and its mean loss.</param>
    /// <param name="checkAlive">Throws where the work was cancelled.</param>
    /// <exception cref="InvalidOperationException">Fewer than two entities are long enough to learn from.</exception>
    public void Train(IReadOnlyList<EventSequence> sequences, Action<int, int, double> report, Action checkAlive)
    {
        if (options.Epochs == 0) return;
        double mean = sequences.Average(sequence => (double)sequence.Length);
        int shortest = options.MinSliceLength ?? Math.Max(1, (int)(mean / 6));
        int longest = Math.Max(shortest, options.MaxSliceLength ?? Math.Min(LongestSlice, (int)Math.Ceiling(1.5 * mean)));
        EventSequence[] learned = [.. sequences.Where(sequence => sequence.Length >= shortest)];
        if (learned.Length < 2)
            throw new InvalidOperationException($"{learned.Length} of {sequences.Count} entities have the {shortest} events that a slice has at least; two are needed to tell one from the other.");

        using IDisposable? heap = TorchRuntime.KeepFreedMemory();
        int epochs = options.Epochs ?? Math.Clamp(LeastSteps * options.EntitiesPerBatch / learned.Length, UsualEpochs, MostEpochs);
        var random = new Random(seed);
        using var optimizer = optim.Adam(network.parameters(), options.LearningRate);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var group in optimizer.ParamGroups) group.LearningRate = options.LearningRate * Math.Pow(0.5, epoch * 3 / epochs);
            random.Shuffle(learned);
            var losses = new List<double>();
            foreach (EventSequence[] batch in learned.Chunk(options.EntitiesPerBatch).Where(batch => batch.Length > 1))
            {
                checkAlive();
                EventSlice[] slices =
                [
                    .. batch.SelectMany(sequence => Enumerable.Range(0, options.Slices).Select(_ => EventSlice.Sample(sequence, shortest, longest, random))),
                ];
                losses.Add(Step(optimizer, slices));
            }

            report(epoch + 1, epochs, losses.Average());
        }
    }

    private double Step(optim.Optimizer optimizer, EventSlice[] slices)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss = ContrastiveLoss.Compute(network.call(slices), options.Slices, options.Margin, options.Negatives);
        loss.backward();
        optimizer.step();
        return loss.ToDouble();
    }
}
