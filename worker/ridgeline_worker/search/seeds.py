"""Seeds of samplers: functions of the study, never of a process."""

import numpy as np


def sampler_seed(study_seed: int, kind: str, generation: int | None = None) -> int:
    """A seed in 0..2^32 - 1 that belongs to one kind and, if given, one generation.

    NumPy's SeedSequence mixes the integers: the study's seed, the generation plus one (0 stands for all of them)
    and the letters of the kind.
    """
    entropy = [study_seed, 0 if generation is None else generation + 1, *kind.encode()]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])
