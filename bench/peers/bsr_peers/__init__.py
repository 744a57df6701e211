"""Other runtimes on the network that `bench-cpu` times."""
