using System.Security.Cryptography;
using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>Weights that a saved model refers to and does not hold.</summary>
/// <param name="Folder">The Hugging Face folder, as the user named it.</param>
/// <param name="Fingerprint">Of its safetensors files, so that weights that were changed since are not taken for those that were saved.</param>
/// <param name="LackAdapter">Whether they are those that LoRA tuned on top of: the adapter, which the saved model holds, is added when they are loaded.</param>
internal sealed record ExternalWeights(string Folder, string Fingerprint, bool LackAdapter)
{
    /// <summary>The environment variable that names a folder to look in for the folder of weights.</summary>
    public const string SearchVariable = "LLM4ES_WEIGHTS";

    private const int BytesAtATime = 1 << 20;

    public static ExternalWeights Of(string folder, bool lackAdapter) => new(folder, FingerprintOf(folder), lackAdapter);

    public static ExternalWeights Read(BinaryReader reader) => new(reader.ReadString(), reader.ReadString(), reader.ReadBoolean());

    public void Write(BinaryWriter writer)
    {
        writer.Write(Folder);
        writer.Write(Fingerprint);
        writer.Write(LackAdapter);
    }

    /// <summary>Finds the folder on this machine and loads the model, whose owner is the caller.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is in none of the places; the message names them.</exception>
    /// <exception cref="InvalidDataException">Its weights are others than those that were saved.</exception>
    public CausalLanguageModel Load(LanguageModelConfiguration configuration, torch.Device device, out ExternalWeights asFound)
    {
        string folder = Find();
        string found = FingerprintOf(folder);
        if (found != Fingerprint)
        {
            throw new InvalidDataException(
                $"The weights in '{folder}' are not those that the model was saved with: their fingerprint is {found}, expected is {Fingerprint}. "
                + "The folder was written again since, by another Fit perhaps, or it is another model's. Put the weights back, or save the model anew.");
        }

        asFound = this with { Folder = folder };
        return CausalLanguageModel.Read(configuration, folder, device);
    }

    private string Find()
    {
        string[] places = [.. Places()];
        return places.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException(
            $"The saved model refers to weights outside of it, in the folder '{Folder}', which was not found. Looked for: {string.Join(", ", places.Select(Path.GetFullPath))}. "
            + $"Put the folder there, or set the environment variable {SearchVariable} to the folder that holds '{Name}'. Weights of fingerprint {Fingerprint} are expected.");
    }

    /// <summary>The folder's own name; it may have been saved on another operating system.</summary>
    private string Name => Folder.TrimEnd('/', '\\').Split('/', '\\')[^1];

    private IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable(SearchVariable) is { Length: > 0 } search) yield return Path.Combine(search, Name);
        yield return Folder;
    }

    private static string FingerprintOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new HashStream(hash);
        foreach (string path in WeightFiles(folder))
        {
            using FileStream file = File.OpenRead(path);
            file.CopyTo(stream, BytesAtATime);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>The file that is loaded, or else the shards.</summary>
    private static string[] WeightFiles(string folder)
    {
        string whole = Path.Combine(folder, "model.safetensors");
        if (File.Exists(whole)) return [whole];
        string[] shards = [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)];
        return shards.Length > 0 ? shards : throw new FileNotFoundException($"There are no weights in '{folder}': model.safetensors, or its shards, are expected.", whole);
    }
}
