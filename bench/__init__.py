"""Benchmarks, each beside its peer or floor."""
