"""How a script makes X and y from its rows: which columns are what."""

from collections.abc import Iterator, Sequence

from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import Format, Source
from ridgeline.spec.snippet.asked import Asked, listing
from ridgeline.spec.snippet.readers import readers
from ridgeline.spec.snippet.sources import TARGETS, arrays, columns, is_of_y
from ridgeline.spec.study import Split


def rows(asked: Asked) -> Iterator[str]:
    """Lines that make X and y, and what the split and the weights need: groups, times, row_weights."""
    if _is_plain(asked):
        yield from arrays(asked)
        if asked.array is not None:
            yield "X = np.asarray(X, dtype=float).reshape(len(X), -1)"
        if _needs_classes(asked):
            yield "classes, y = np.unique(y, return_inverse=True)"
        return
    yield from columns(asked)
    yield from readers(asked)
    yield from _inputs(asked)
    yield from _target(asked)
    roles = asked.study.dataset.roles
    if asked.study.evaluation.split is Split.GROUP:
        yield f"groups = np.array([str(value) for value in columns[{roles.group!r}]])"
    if asked.study.evaluation.split is Split.TIME and roles.time is not None:
        yield f"times = {_read(asked, roles.time)}"
    if roles.weight is not None:
        yield f"row_weights = {_read(asked, roles.weight)}"


def _is_plain(asked: Asked) -> bool:
    """Whether X and y come as they are: arrays, with all columns of x as inputs and all of y as targets."""
    roles, dataset = asked.study.dataset.roles, asked.dataset
    if roles.group or roles.time or roles.weight or roles.exclude:
        return False
    if any(column.categories for column in asked.features):
        return False
    if dataset.source is Source.BUILT_IN:
        return roles.target == (TARGETS[asked.study.dataset.name],)
    if dataset.source is Source.UPLOAD and dataset.options.format is not Format.NPZ:
        return False
    if dataset.source is Source.PLUGIN and dataset.options.format is not None:
        return False
    of_y = {column.name for column in dataset.columns if is_of_y(asked, column)}
    return of_y == set(roles.target)


def _needs_classes(asked: Asked) -> bool:
    """Whether y may hold other labels than 0, 1, 2, ..."""
    if not asked.task.has_classes or asked.dataset.source is Source.BUILT_IN:
        return False
    names = list(asked.study.dataset.class_counts or ())
    return names != [str(place) for place in range(len(names))]


def _read(asked: Asked, name: str) -> str:
    """The call that reads a column of numbers."""
    match asked.type_of(name):
        case ColumnType.BOOLEAN:
            return f"truths({name!r})"
        case ColumnType.DATETIME:
            return f"dates({name!r})"
        case _:
            return f"numbers({name!r})"


def _names(asked: Asked, *types: ColumnType) -> list[str]:
    return [column.name for column in asked.features if column.type in types]


def _inputs(asked: Asked) -> Iterator[str]:
    array = asked.array
    if array is not None:
        size = " * ".join(map(str, array.shape or ()))
        yield f"lacking = np.full({size}, np.nan)"
        values = "np.ravel(value).astype(float)"
        yield f"X = np.stack([lacking if value is None else {values} for value in columns[{array.name!r}]])"
        return
    plain = _names(asked, ColumnType.NUMERIC, ColumnType.BOOLEAN)
    dates, words = _names(asked, ColumnType.DATETIME), [column.name for column in asked.words]
    parts: list[str] = []
    for kind, call in ((ColumnType.NUMERIC, "numbers"), (ColumnType.BOOLEAN, "truths")):
        names = _names(asked, kind)
        if len({asked.type_of(name) for name in plain}) > 1 and kind is ColumnType.BOOLEAN and names:
            yield from listing(names, "flags = ", "")
            parts.append("*(truths(name) for name in flags)")
        elif names:
            yield from _chosen(asked, names)
            parts.append(f"*({call}(name) for name in inputs)")
    if dates:
        yield from listing(dates, "moments = ", "")
        parts.append("*(column for name in moments for column in calendar(name))")
    if words:
        yield from listing(words, "words = ", "")
        parts.append("*(places(name) for name in words)")
    if len(parts) == 1:
        yield f"X = np.column_stack([{parts[0]}])"
        return
    yield "X = np.column_stack(["
    yield from (f"    {part}," for part in parts)
    yield "])"


def _chosen(asked: Asked, names: Sequence[str]) -> Iterator[str]:
    """The names of the inputs that are numbers, by what they are not where that is shorter."""
    taken = [column.name for column in asked.dataset.columns if column.name not in names]
    if len(names) > len(taken) + 10:
        yield from listing(taken, "others = ", "")
        yield "inputs = [name for name in columns if name not in others]"
    else:
        yield from listing(names, "inputs = ", "")


def _target(asked: Asked) -> Iterator[str]:
    targets = asked.study.dataset.roles.target
    reads = [_classes(asked, name) if asked.task.is_classification else _read(asked, name) for name in targets]
    if not asked.task.has_several_targets:
        yield f"y = {reads[0]}"
        return
    if len({read.partition("(")[0] for read in reads}) == 1:
        call = reads[0].replace(repr(targets[0]), "name")
        yield from listing(targets, "targets = ", "")
        yield f"y = np.column_stack([{call} for name in targets])"
    else:
        yield "y = np.column_stack(["
        yield from (f"    {read}," for read in reads)
        yield "])"


def _classes(asked: Asked, name: str) -> str:
    if asked.type_of(name) is ColumnType.CATEGORICAL:
        return f"places({name!r})"
    return f"np.unique({_read(asked, name)}, return_inverse=True)[1]"
