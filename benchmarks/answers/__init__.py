"""How soon is an answer of equal quality there?  Ridgeline beside what its users would otherwise run."""
