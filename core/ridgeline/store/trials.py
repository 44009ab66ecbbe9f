"""Trials, read: pages, the best, and how many there are of each state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from ridgeline.errors import NotFound
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec.resolved import kinds_of
from ridgeline.spec.sorts import TrialSort
from ridgeline.spec.states import TrialState
from ridgeline.spec.statistics import standard_error
from ridgeline.spec.views import CurvePoint, Page, TrialCounts, TrialView
from ridgeline.store.cursors import Order, paged
from ridgeline.store.database import Database
from ridgeline.store.rows import trial_view
from ridgeline.store.tables import NO_LOSS, studies, trials

SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "number": (trials.c.number,),
    "score": (trials.c.loss, trials.c.number),
}
"""The key of each order; each is the end of an index that starts with the study."""


class Trials:
    """The trials of each study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, study_id: str, *, first: int = 0) -> tuple[TrialView, ...]:
        """Every trial by number, from the first asked for on: what a restart replays.

        Raises:
            NotFound: there is no such study.
        """
        query = select(trials).where(trials.c.study_id == study_id, trials.c.number >= first)
        with self._database.read() as connection:
            require_study(connection, study_id)
            rows = connection.execute(query.order_by(trials.c.number))
            return tuple(trial_view(row) for row in rows)

    def get(self, study_id: str, number: int) -> TrialView:
        """One trial.

        Raises:
            NotFound: there is no such study, or it has no such trial.
        """
        query = select(trials).where(trials.c.study_id == study_id, trials.c.number == number)
        with self._database.read() as connection:
            require_study(connection, study_id)
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("trial", number)
        return trial_view(row)

    def page(
        self,
        study_id: str,
        *,
        regularizer: str | None = None,
        state: TrialState | None = None,
        sort: TrialSort = "number",
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[TrialView]:
        """Trials of a kind and state, if asked.

        Raises:
            Invalid: the cursor is from elsewhere.
            NotFound: there is no such study.
        """
        query = select(trials).where(trials.c.study_id == study_id)
        if regularizer is not None:
            query = query.where(trials.c.regularizer == regularizer)
        if state is not None:
            query = query.where(_is_in(state, sort))
        order = Order(
            f"trials of {study_id}",
            sort,
            SORTS["number" if _is_without_loss(state) else sort.removeprefix("-")],
            descending=sort.startswith("-"),
            filters=(regularizer, state),
        )
        with self._database.read() as connection:
            require_study(connection, study_id)
            rows, following = paged(connection, query, order, cursor, limit)
        return Page[TrialView](items=tuple(trial_view(row) for row in rows), next_cursor=following)

    def points(self, study_id: str, regularizer: str) -> tuple[CurvePoint, ...]:
        """Every complete trial of a kind, by number; only what a curve needs is read.

        A trial that a strength was read off is a point for every epoch that it was scored after.
        """
        read = (trials.c.number, trials.c.strengths, trials.c.learning_rate, trials.c.score, trials.c.rungs)
        query = select(*read).where(
            trials.c.study_id == study_id, trials.c.regularizer == regularizer, trials.c.loss < NO_LOSS
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(trials.c.number)).all()
        return tuple(point for number, *told in rows for point in _points(number, *told))

    def best(self, study_id: str, regularizer: str | None = None) -> TrialView | None:
        """The complete trial with the best score, of one kind if asked; ties go to the lower number."""
        query = _competing(study_id).limit(1)
        if regularizer is not None:
            query = query.where(trials.c.regularizer == regularizer)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else trial_view(row)

    def best_per_kind(self, study_id: str) -> dict[str, TrialView]:
        """The best complete trial of each kind that has one, best first."""
        kinds = select(trials.c.regularizer).where(trials.c.study_id == study_id).distinct()
        with self._database.read() as connection:
            firsts = [
                connection.execute(_competing(study_id).where(trials.c.regularizer == kind).limit(1)).first()
                for kind in connection.execute(kinds).scalars()
            ]
        best_first = sorted((row for row in firsts if row is not None), key=lambda row: (row.loss, row.number))
        return {row.regularizer: trial_view(row) for row in best_first}

    def best_mixes(self, study_id: str, most: int) -> tuple[TrialView, ...]:
        """The best complete trial of each set of kinds that are on together, best first, at most so many."""
        is_mix = trials.c.regularizer == COCKTAIL
        query = _competing(study_id).where(is_mix).with_only_columns(trials.c.number, trials.c.strengths)
        first: dict[frozenset[str], int] = {}
        with self._database.read() as connection:
            for number, strengths in connection.execute(query):
                first.setdefault(frozenset(kinds_of(COCKTAIL, strengths)), number)
                if len(first) == most:
                    break
            rows = connection.execute(_competing(study_id).where(trials.c.number.in_(first.values())))
            return tuple(trial_view(row) for row in rows)

    def counts(self, study_id: str) -> TrialCounts:
        """Trials by state."""
        with self._database.read() as connection:
            return counts_of(connection, [study_id])[study_id]

    def counts_per_kind(self, study_id: str) -> dict[str, TrialCounts]:
        """Trials by state, of each kind that has any."""
        with self._database.read() as connection:
            kept = connection.execute(select(studies.c.trial_counts).where(studies.c.id == study_id)).scalar()
            told = counted_per_kind(connection, study_id) if kept is None else kept
        return {kind: TrialCounts(**states) for kind, states in told.items()}


def counts_of(connection: Connection, study_ids: Iterable[str]) -> dict[str, TrialCounts]:
    """Trials by state, of each of these studies; those of an ended study are kept with it."""
    query = select(studies.c.id, studies.c.trial_counts).where(studies.c.id.in_(list(study_ids)))
    kept = {row.id: row.trial_counts for row in connection.execute(query)}
    told = {one: counted_per_kind(connection, one) if kinds is None else kinds for one, kinds in kept.items()}
    return {study_id: _in_all(kinds) for study_id, kinds in told.items()}


def counted_per_kind(connection: Connection, study_id: str) -> dict[str, dict[str, int]]:
    """Trials of a study by kind and state, counted; an index has them in this order."""
    grouped = (trials.c.regularizer, trials.c.state)
    query = select(*grouped, func.count()).where(trials.c.study_id == study_id).group_by(*grouped)
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for kind, state, times in connection.execute(query):
        found[kind][state] = times
    return dict(found)


def require_study(connection: Connection, study_id: str) -> None:
    """Refuse an id that no study has.

    Raises:
        NotFound: there is no such study.
    """
    if connection.execute(select(studies.c.id).where(studies.c.id == study_id)).first() is None:
        raise NotFound("study", study_id)


def _competing(study_id: str) -> Select[Any]:
    """Complete trials, best first."""
    return (
        select(trials)
        .where(trials.c.study_id == study_id, trials.c.loss < NO_LOSS)
        .order_by(trials.c.loss, trials.c.number)
    )


def _is_without_loss(state: TrialState | None) -> bool:
    """Whether all trials in this state have no loss, so that their order by score is that by number."""
    return state not in {None, TrialState.COMPLETE}


def _is_in(state: TrialState, sort: TrialSort) -> ColumnElement[bool]:
    """Whether a trial is in a state, in the words of the index that has the order."""
    by_loss = state is TrialState.COMPLETE and sort.endswith("score")
    return trials.c.loss < NO_LOSS if by_loss else trials.c.state == state


def _in_all(kinds: Mapping[str, Mapping[str, int]]) -> TrialCounts:
    """The counts of all kinds together."""
    total: Counter[str] = Counter()
    for states in kinds.values():
        total.update(states)
    return TrialCounts(**total)


def _points(
    number: int, strengths: dict[str, float], learning_rate: float, score: float, rungs: list[dict[str, Any]]
) -> Iterator[CurvePoint]:
    """The points of a trial: one, or one an epoch where its strength was read off them."""
    told = {"trial": number, "learning_rate": learning_rate}
    seen = [epoch for rung in rungs for epoch in rung.get("curve", ()) if epoch["score"] is not None]
    for epoch in seen:
        at = {name: float(epoch["epochs"]) for name in strengths}
        yield CurvePoint(strengths=at, score=epoch["score"], standard_error=epoch["standard_error"], **told)
    if not seen:
        folds = rungs[-1]["folds"]
        yield CurvePoint(strengths=strengths, score=score, standard_error=standard_error(folds), **told)
