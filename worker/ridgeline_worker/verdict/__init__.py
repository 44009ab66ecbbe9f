"""The verdict: statistics of settings that were trained again, in NumPy and SciPy."""
