"""The parameters of a study as Optuna's distributions."""

from collections.abc import Iterable

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from ridgeline.exports.parameters import Parameters, Value, is_log
from ridgeline.kinds import Range, Search
from ridgeline.spec.views import TrialView


def distributions(parameters: Parameters, trials: Iterable[TrialView]) -> dict[str, BaseDistribution]:
    """One distribution a parameter, the same in all trials.

    It is what was searched, widened by values that were not searched but given: of the baseline, fixed ones.
    """
    met: dict[str, dict[Value, None]] = {}
    for trial in trials:
        for name, value in parameters.of(trial).items():
            met.setdefault(name, {})[value] = None
    return {name: _distribution(name, parameters.searched.get(name), tuple(values)) for name, values in met.items()}


def _distribution(name: str, searched: Search | tuple[str, ...] | None, met: tuple[Value, ...]) -> BaseDistribution:
    if isinstance(searched, tuple):
        return CategoricalDistribution(tuple(dict.fromkeys((*map(_plain, searched), *met))))
    numbers = [value for value in met if isinstance(value, float | int)]
    if isinstance(searched, Range):
        return FloatDistribution(min(searched.low, *numbers), max(searched.high, *numbers), log=searched.log)
    low, high = min(numbers), max(numbers)
    return FloatDistribution(low, high, log=is_log(name) and low > 0)


def _plain(value: Value) -> Value:
    return value if isinstance(value, str) else float(value)
