using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TensorBoardFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_WritesEventsThatReadBack()
    {
        using CausalLanguageModel model = CountingTask.Model();
        List<TrainingProgress> reports = [];
        var options = new TrainingOptions
        {
            Epochs = 2,
            ContextLength = 16,
            TokensPerBatch = 64,
            TensorBoardFolder = _folder.Path,
            Validation = new ValidationOptions { Share = 0.2 },
        };

        TrainingResult result = new CausalLanguageModelTrainer(model, options)
            .Train(CountingTask.Sequences(40, length: 12, seed: 0), new Immediate(reports.Add), TestContext.Current.CancellationToken);

        Event[] events = [.. Records(File.ReadAllBytes(Directory.GetFiles(_folder.Path, "events.out.tfevents.*").Single())).Select(Parse)];
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((1L, true), (events[1].Step, events[1].StartsSession));
        Event[] steps = events[2..];
        Assert.Equal(reports.Select(report => (long)report.Step), steps.Select(step => step.Step));
        Assert.Equal(reports.Select(report => (float)report.Loss), steps.Select(step => step.Scalars["train/loss"]));
        Assert.Equal(reports.Select(report => (float)report.LearningRate), steps.Select(step => step.Scalars["train/learning_rate"]));
        Assert.Equal(
            result.ValidationLosses.Select(point => ((long)point.Step, (float)point.Loss)),
            steps.Where(step => step.Scalars.ContainsKey("validation/loss")).Select(step => (step.Step, step.Scalars["validation/loss"])));
    }

    [Fact]
    public void Checksum_IsCrc32C() => Assert.Equal(0xE3069283u, Crc32C("123456789"u8));

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int position = 0; position < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(position));
            Assert.Equal(Masked(file.AsSpan(position, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(position + 8)));
            byte[] message = file[(position + 12)..(position + 12 + length)];
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(position + 12 + length)));
            yield return message;
            position += length + 16;
        }
    }

    private static Event Parse(byte[] message)
    {
        var parsed = new Event();
        var fields = new ProtobufReader(message);
        while (fields.Read())
        {
            if (fields.Field == 2) parsed = parsed with { Step = (long)fields.Number };
            if (fields.Field == 3) parsed = parsed with { FileVersion = Encoding.UTF8.GetString(fields.Bytes) };
            if (fields.Field == 5) AddScalars(parsed.Scalars, fields.Bytes);
            if (fields.Field == 7) parsed = parsed with { StartsSession = fields.Bytes.SequenceEqual<byte>([8, 1]) };
        }

        return parsed;
    }

    private static void AddScalars(Dictionary<string, float> scalars, ReadOnlySpan<byte> summary)
    {
        var values = new ProtobufReader(summary);
        while (values.Read())
        {
            Assert.Equal(1, values.Field);
            string tag = "";
            float number = 0;
            var value = new ProtobufReader(values.Bytes);
            while (value.Read())
            {
                if (value.Field == 1) tag = Encoding.UTF8.GetString(value.Bytes);
                if (value.Field == 2) number = value.Float;
            }

            scalars.Add(tag, number);
        }
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint checksum = Crc32C(bytes);
        return unchecked(((checksum >> 15) | (checksum << 17)) + 0xa282ead8);
    }

    /// <summary>Bit by bit, by the reversed polynomial of RFC 3720.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++) checksum = (checksum & 1) == 0 ? checksum >> 1 : (checksum >> 1) ^ 0x82F63B78;
        }

        return ~checksum;
    }

    private sealed record Event
    {
        public long Step { get; init; }

        public string? FileVersion { get; init; }

        public bool StartsSession { get; init; }

        public Dictionary<string, float> Scalars { get; } = [];
    }
}
