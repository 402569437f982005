using Xunit;

// Scenarios wait for servers, clocks and browsers most of their time: one more at a time than there are cores keeps the cores busy.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
