// Each test that starts the system has the machine to itself: eight processes are enough for two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
