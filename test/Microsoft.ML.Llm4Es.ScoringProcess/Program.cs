// Loads a saved model in a process that has never seen it, as a production team does, and writes the score of each row: MODEL DATA.idv SCORES.
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _);
float[] scores = [.. model.Transform(ml.Data.LoadFromBinary(args[1])).GetColumn<float>("Score")];
File.WriteAllBytes(args[2], MemoryMarshal.AsBytes<float>(scores));
