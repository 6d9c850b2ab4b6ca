"""Slow suites, run by `make soak`."""
