using System.Runtime.CompilerServices;

// What the friend build (eng/MLNetFriend.targets) compiles against, the runtime lets through.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.StandardTrainers")]
