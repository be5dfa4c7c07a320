namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A trial that is to be run.</summary>
/// <param name="Trial">The number of its settings in the order of the search, from 0.</param>
/// <param name="Rung">The rung of successive halving, from 0; 0 in a random search.</param>
/// <param name="Share">The share of its training tokens that the model is tuned on.</param>
/// <param name="Settings">Its settings.</param>
internal sealed record TrialPlan(int Trial, int Rung, double Share, TrialSettings Settings);
