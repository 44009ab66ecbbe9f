"""How settings, scores and differences are said in plain words."""

from collections.abc import Mapping, Sequence

from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.resolved import Setting
from ridgeline.spec.views.comparisons import Interval
from ridgeline_worker.verdict.simplicity import ingredients


def number(value: float) -> str:
    """Three significant digits."""
    return f"{value:.3g}"


def p_words(p: float) -> str:
    """Two significant digits, as far down as they mean something."""
    return "below 0.0001" if p < 1e-4 else f"{p:.2g}"


def setting_words(setting: Setting) -> str:
    """Kinds and strengths, such as `l2 with strength 0.003 and dropout with rate 0.2`; `no regularizer` for none."""
    acting = ingredients(setting)
    return " and ".join(_kind(kind, strengths) for kind, strengths in acting.items()) or "no regularizer"


def _kind(kind: str, strengths: Mapping[str, float]) -> str:
    told = [f"{name} {number(value)}" for name, value in strengths.items() if name != "on"]
    return f"{kind} with {', '.join(told)}" if told else kind


def listed(items: Sequence[str], most: int = 4) -> str:
    """With commas, the last ones counted where there are many; `and` before the last."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{len(items) - most} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def score_words(metric: Metric, score: float) -> str:
    """Such as `a log_loss of 0.081`."""
    article = "an" if metric in {Metric.RMSE, Metric.R2, Metric.MAE, Metric.ACCURACY, Metric.F1_MACRO} else "a"
    return f"{article} {metric.value} of {number(score)}"


def better(difference: float, direction: Direction) -> str:
    """A difference of scores as how much better the first is, such as `0.02 better`."""
    gain = -direction.sign * difference
    if gain == 0:
        return "no different"
    return f"{number(abs(gain))} {'better' if gain > 0 else 'worse'}"


def better_interval(limits: Interval, direction: Direction) -> str:
    """Such as `95 % interval: 0.004 worse to 0.041 better`; on one side of 0 `0.004 to 0.041 better`."""
    low, high = sorted(-direction.sign * limit for limit in (limits.low, limits.high))
    if low < 0 < high:
        return f"95 % interval: {number(-low)} worse to {number(high)} better"
    smaller, larger = sorted((abs(low), abs(high)))
    return f"95 % interval: {number(smaller)} to {number(larger)} {'better' if high > 0 else 'worse'}"
