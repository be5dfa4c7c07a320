using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>An event file of TensorBoard: protocol buffers of tensorflow/core/util/event.proto in the record format of tensorflow/core/lib/io/record_writer.h.</summary>
internal sealed class TensorBoardFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Starts a file of its own beside those of earlier sessions.</summary>
    /// <param name="folder">The folder; made where it does not exist.</param>
    /// <param name="firstStep">The first step to come: TensorBoard forgets this and later steps of earlier sessions, which went on from an older checkpoint.</param>
    internal TensorBoardFile(string folder, int firstStep)
    {
        Directory.CreateDirectory(folder);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        _file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(TensorBoardEvent.FileVersion());
        Write(TensorBoardEvent.SessionStart(firstStep));
    }

    /// <summary>Adds the numbers of a step.</summary>
    internal void Add(TrainingProgress step, bool isMeasured)
    {
        var values = new List<(string Tag, double Value)>
        {
            ("train/loss", step.Loss),
            ("train/learning_rate", step.LearningRate),
            ("train/gradient_norm", step.GradientNorm),
            ("train/tokens_per_second", step.TokensPerSecond),
            ("system/working_set_gigabytes", step.WorkingSet / 1e9),
        };
        if (isMeasured) values.Add(("validation/loss", step.ValidationLoss!.Value));
        Write(TensorBoardEvent.Scalars(step.Step, values));
    }

    public void Dispose() => _file.Dispose();

    private void Write(byte[] message)
    {
        var record = new byte[message.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(record, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        message.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedChecksum(message));
        _file.Write(record);
        // TensorBoard shows a run while it lasts.
        _file.Flush();
    }

    /// <summary>CRC-32C, turned and moved, as records have it so that a checksum of checksums stays sound.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes) checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + 0xa282ead8;
    }
}
