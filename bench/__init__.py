"""Benchmarks anyone can run: `make bench`. Figures are ratios to a floor of the same run."""
