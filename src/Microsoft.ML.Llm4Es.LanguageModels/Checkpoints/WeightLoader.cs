using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Fills a model's parameters from a checkpoint that holds exactly the weights of its configuration.</summary>
internal static class WeightLoader
{
    /// <summary>Compares names, types and shapes first, so that nothing is allocated for a checkpoint that does not fit.</summary>
    /// <exception cref="InvalidDataException">A weight is missing, unexpected, misshapen, no floating-point number, truncated or not finite.</exception>
    internal static ModelWeights Load(LanguageModelConfiguration configuration, IWeightSource source, Device device, ScalarType type)
    {
        Check(configuration, source);
        using IDisposable frozen = no_grad();
        ModelWeights weights = new(configuration, device, type);
        try
        {
            Fill(weights, source);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private static void Check(LanguageModelConfiguration configuration, IWeightSource source)
    {
        Dictionary<string, StoredWeight> unexpected = source.Weights.Where(weight => !IsRotaryBuffer(weight.Name)).ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        foreach (WeightLayout layout in WeightLayout.Of(configuration))
        {
            foreach (WeightPart part in layout.Parts)
            {
                bool stored = unexpected.Remove(part.Name, out StoredWeight? weight)
                    || (IsTied(part.Name, configuration) && unexpected.Remove(WeightLayout.Head, out weight));
                if (!stored || weight is null)
                    throw new InvalidDataException($"{source.Name}: weight {part.Name} is missing; config.json asks for it. Is the checkpoint complete, and does config.json belong to it?");
                CheckOne(weight, layout.ShapeOf(part.Rows));
            }
        }

        if (configuration.TieWordEmbeddings && unexpected.Remove(WeightLayout.Head, out StoredWeight? head))
            CheckOne(head, [configuration.VocabularySize, configuration.HiddenSize]);
        if (unexpected.Count > 0)
            throw new InvalidDataException($"{source.Name}: no place for {unexpected.Count} weights in the model that config.json describes: {string.Join(", ", unexpected.Keys.Take(5))}. Ignoring them would change the model.");
    }

    /// <summary>A tied embedding may be stored under the head's name, or under both.</summary>
    private static bool IsTied(string name, LanguageModelConfiguration configuration) => configuration.TieWordEmbeddings && name == WeightLayout.Embedding;

    private static void CheckOne(StoredWeight stored, long[] shape)
    {
        if (!stored.IsFloatingPoint)
            throw new InvalidDataException($"{stored.Origin}: weight {stored.Name} holds integers; floating-point numbers are expected.");
        if (!stored.Shape.SequenceEqual(shape))
            throw new InvalidDataException($"{stored.Origin}: weight {stored.Name} has shape [{string.Join(", ", stored.Shape)}]; [{string.Join(", ", shape)}] is expected from config.json.");
    }

    private static void Fill(ModelWeights weights, IWeightSource source)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> views = weights.Views().ToDictionary(StringComparer.Ordinal);
        Tensor? head = null;
        bool embeddingIsStored = source.Weights.Any(stored => stored.Name == WeightLayout.Embedding);
        foreach (StoredWeight stored in source.Weights)
        {
            if (IsRotaryBuffer(stored.Name))
            {
                // Read all the same: a stream that cannot seek has to pass it.
                source.CopyTo(stored, empty([.. stored.Shape], ScalarType.Float32, CPU));
                continue;
            }

            // What has no place here is a tied head: the embedding under another name, or a second copy of it.
            Tensor view = views.TryGetValue(stored.Name, out Tensor? place) ? place
                : !embeddingIsStored ? views[WeightLayout.Embedding]
                : head = empty_like(views[WeightLayout.Embedding]);
            source.CopyTo(stored, view);
            if (!IsFinite(view)) throw new InvalidDataException($"{stored.Origin}: weight {stored.Name} holds values that are not finite (NaN or infinity).");
        }

        if (head is not null && head.ne(views[WeightLayout.Embedding]).any().item<bool>())
            throw new InvalidDataException($"{source.Name}: {WeightLayout.Head} differs from {WeightLayout.Embedding}, but tie_word_embeddings says that they are one.");
    }

    /// <summary>A buffer that old checkpoints carry; it follows from the configuration.</summary>
    private static bool IsRotaryBuffer(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private static bool IsFinite(Tensor values)
    {
        using DisposeScope scope = NewDisposeScope();
        // A finite sum has finite terms, and needs no memory; only a sum that overflows is looked at number by number.
        return float.IsFinite(values.sum().ToSingle()) || values.isfinite().all().item<bool>();
    }
}
