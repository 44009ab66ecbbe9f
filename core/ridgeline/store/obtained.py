"""How an answer over several studies was obtained."""

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import Evidence, Likeness, Origin
from ridgeline.spec.views import Obtained, WarmFrom


def obtained(study_id: str, study: ResolvedStudy, evidence: Evidence, origin: Origin | None) -> Obtained:
    """How a study has come to a setting.

    Args:
        origin: of the trial with this setting; None: its search had none.
    """
    warm = warm_from(study)
    return Obtained(
        evidence=evidence,
        study_id=study_id,
        study=study.name,
        model=study.model.kind,
        origin=origin,
        warm_start=warm,
        statement=_statement(study_id, study, evidence, origin, warm),
    )


def warm_from(study: ResolvedStudy) -> tuple[WarmFrom, ...]:
    """The studies that one started from, in the order in which it asked their settings."""
    counts: dict[tuple[str, Likeness], int] = {}
    for one in study.warm_start.settings if study.warm_start else ():
        counts[one.study_id, one.how] = counts.get((one.study_id, one.how), 0) + 1
    return tuple(WarmFrom(study_id=study_id, how=how, settings=count) for (study_id, how), count in counts.items())


def _statement(
    study_id: str, study: ResolvedStudy, evidence: Evidence, origin: Origin | None, warm: tuple[WarmFrom, ...]
) -> str:
    name = f"study {study.name!r} ({study_id})"
    if evidence is Evidence.VERDICT:
        told = f"recommended by the verdict of {name}, after it was trained again, paired, on fresh folds and draws"
    else:
        best = "lowest" if study.objective.direction.sign > 0 else "highest"
        told = f"the {best} score of the search of {name}: the best of many noisy scores, not trained again"
    if origin is Origin.WARM:
        told += "; an earlier study had found it"
    if not warm:
        return f"{told}; its search started from no earlier study"
    several = {how: sum(each.how is how for each in warm) for how in Likeness}
    of = " and ".join(f"{count} {_words(how, count)}" for how, count in several.items() if count)
    settings = sum(each.settings for each in warm)
    return f"{told}; its search first asked {settings} setting{'s' * (settings != 1)} of {of}"


def _words(how: Likeness, count: int) -> str:
    studies = "study" if count == 1 else "studies"
    return f"earlier {studies} on the same data" if how is Likeness.EXACT else f"earlier {studies} like it"
