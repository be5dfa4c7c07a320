using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>A pretrained model on the Hugging Face Hub. ML.NET's Fit is synchronous, so the download is too: it blocks the thread that called Fit and no other.</summary>
internal sealed class HubModelSource(string repositoryId, HubOptions options) : PretrainedModelSource
{
    /// <inheritdoc/>
    public override string ToString() => $"{repositoryId} on the Hub, revision {options.Revision}";

    private protected override string Locate(Action<string> log, CancellationToken cancellation)
    {
        string folder = HuggingFaceHub.Download(repositoryId, options, new TenthsLog(repositoryId, log), cancellation);
        return options.GgufFile is { } file ? Path.Combine(folder, file) : folder;
    }

    /// <summary>Logs each tenth of a download, and nothing where the cache has all.</summary>
    private sealed class TenthsLog(string repositoryId, Action<string> log) : IProgress<HubProgress>
    {
        private long _tenths = -1;

        public void Report(HubProgress value)
        {
            long tenths = value.TotalBytes > 0 ? 10 * value.Bytes / value.TotalBytes : 10;
            bool isFirst = _tenths < 0;
            if (tenths <= _tenths) return;
            _tenths = tenths;
            if (!isFirst || tenths < 10) log($"downloading {repositoryId}: {10 * tenths} % of {value.TotalBytes:N0} bytes");
        }
    }
}
