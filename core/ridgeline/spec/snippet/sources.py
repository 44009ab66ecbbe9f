"""How a script gets its rows: from scikit-learn, from a generator, or from the user's own file."""

from collections.abc import Iterator, Sequence

from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Format, ParseOptions, Source
from ridgeline.spec.snippet.asked import Asked, listing
from ridgeline.spec.study import Split

_SUFFIXES = {
    Format.CSV: "csv",
    Format.PARQUET: "parquet",
    Format.ARROW: "arrow",
    Format.NPZ: "npz",
    Format.JSONL: "jsonl",
}
_MISSING = (
    'ABSENT = "? NA N/A n/a #N/A #NA <NA> NULL Null null None nil NaN nan NAN -NaN -nan"',
    'ABSENT += " 1.#QNAN -1.#QNAN 1.#IND -1.#IND"',
    'MISSING = {"", "#N/A N/A", *ABSENT.split()}',
)
"""What stands for no value in a text, as in `ridgeline.tables.guess`; a test compares them."""
_TARGETS = {
    "iris": "species",
    "wine": "cultivar",
    "breast_cancer": "diagnosis",
    "digits": "digit",
    "diabetes": "progression",
}
"""Default target of each built-in set: what scikit-learn calls y."""


def file_of(asked: Asked) -> str | None:
    """The file that the script reads, in the folder where it runs; None: it reads none."""
    if asked.dataset.source is not Source.UPLOAD:
        return None
    suffix = _SUFFIXES[asked.dataset.options.format or Format.CSV]
    return f"{asked.study.dataset.name.removesuffix('.' + suffix)}.{suffix}"


def rows(asked: Asked) -> Iterator[str]:
    """Lines that make X and y, and what the split and the weights need: groups, times, row_weights."""
    if _is_plain(asked):
        yield from _arrays(asked)
        if asked.array is not None:
            yield "X = np.asarray(X, dtype=float).reshape(len(X), -1)"
        if _needs_classes(asked):
            yield "classes, y = np.unique(y, return_inverse=True)"
        return
    yield from _columns(asked)
    yield from _helpers(asked)
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
        return roles.target == (_TARGETS[asked.study.dataset.name],)
    if dataset.source is Source.UPLOAD and dataset.options.format is not Format.NPZ:
        return False
    if dataset.source is Source.PLUGIN and dataset.options.format is not None:
        return False
    return all(name.startswith("y") for name in roles.target) and not any(
        column.name.startswith("y") for column in asked.features
    )


def _needs_classes(asked: Asked) -> bool:
    """Whether y may hold other labels than 0, 1, 2, ..."""
    if not asked.task.has_classes or asked.dataset.source is Source.BUILT_IN:
        return False
    names = list(asked.study.dataset.class_counts or ())
    return names != [str(place) for place in range(len(names))]


def _arrays(asked: Asked) -> Iterator[str]:
    dataset, name = asked.dataset, asked.study.dataset.name
    match dataset.source:
        case Source.BUILT_IN:
            scaled = ", scaled=False" if name == "diabetes" else ""
            yield f"X, y = load_{name}(return_X_y=True{scaled})"
        case Source.GENERATED:
            told = dict(dataset.parameters)
            given = [f"{key}={_literal(value)}" for key, value in told["parameters"].items()]
            given.append(f"random_state={told['seed']}")
            yield f"X, y = {told['generator']}({', '.join(given)})"
        case Source.PLUGIN:
            yield f'(entry,) = entry_points(group="ridgeline.datasets", name={name!r})'
            yield "X, y = entry.load()()"
        case Source.UPLOAD:
            yield f"file = np.load({file_of(asked)!r})"
            yield 'X, y = file["x"], file["y"]'


def _literal(value: object) -> str:
    """Lists of two numbers are the tuples that generators take for pairs."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return repr(tuple(value))
    return repr(value)


def _columns(asked: Asked) -> Iterator[str]:
    """Lines that make `columns`: values by the name of their column."""
    dataset = asked.dataset
    options = dataset.options
    if dataset.source is Source.BUILT_IN:
        name = asked.study.dataset.name
        yield f"data = load_{name}({'scaled=False' if name == 'diabetes' else ''})"
        yield "columns = dict(zip(data.feature_names, data.data.T))"
        target = "data.target_names[data.target]" if name in {"iris", "wine", "breast_cancer"} else "data.target"
        yield f"columns[{_TARGETS[name]!r}] = {target}"
    elif dataset.source is Source.GENERATED or options.format in {Format.NPZ, None}:
        yield from _arrays(asked)
        yield from _columns_of_arrays(asked)
    elif options.format is Format.CSV:
        yield from _csv(asked, options)
    elif options.format is Format.JSONL:
        yield f'with open({file_of(asked)!r}, encoding="{_encoding(options)}") as file:'
        yield "    rows = [json.loads(line) for line in file if line.strip()]"
        yield "columns = {name: [row.get(name) for row in rows] for name in {name: 0 for row in rows for name in row}}"
    else:
        yield from _arrow(asked)


def _columns_of_arrays(asked: Asked) -> Iterator[str]:
    if asked.array is not None:
        yield f"columns = {{{asked.array.name!r}: X}}"
    else:
        names = [column.name for column in asked.dataset.columns if not _is_of_y(asked, column)]
        if names == [f"x{i}" for i in range(len(names))]:
            yield 'columns = {f"x{i}": column for i, column in enumerate(X.T)}'
        else:
            yield from listing(names, "columns = dict(zip(", ", X.T))")
    if sum(_is_of_y(asked, column) for column in asked.dataset.columns) > 1:
        yield 'columns |= {f"y{i}": column for i, column in enumerate(y.T)}'
    else:
        yield 'columns["y"] = y'


def _is_of_y(asked: Asked, column: Column) -> bool:
    """Whether a column of an NPZ file, a generator or a plugin is of its array y, which comes last."""
    behind = asked.dataset.columns[asked.dataset.columns.index(column) :]
    names = [each.name for each in behind]
    return names == ["y"] or all(name.removeprefix("y").isdigit() and name.startswith("y") for name in names)


def _csv(asked: Asked, options: ParseOptions) -> Iterator[str]:
    delimiter = options.delimiter or ","
    yield from _MISSING
    yield f'with open({file_of(asked)!r}, encoding="{_encoding(options)}", newline="") as file:'
    yield f"    rows = [[word.strip() for word in row] for row in csv.reader(file, delimiter={delimiter!r}) if row]"
    if options.header:
        yield 'names = [name or f"c{i}" for i, name in enumerate(rows.pop(0))]'
    else:
        yield 'names = [f"c{i}" for i in range(len(rows[0]))]'
    yield "values = ([None if word in MISSING else word for word in column] for column in zip(*rows))"
    yield "columns = dict(zip(names, values))"


def _encoding(options: ParseOptions) -> str:
    encoding = options.encoding or "utf-8"
    return "utf-8-sig" if encoding in {"utf-8", "utf8"} else encoding


def _arrow(asked: Asked) -> Iterator[str]:
    if asked.dataset.source is Source.PLUGIN:
        yield f'(entry,) = entry_points(group="ridgeline.datasets", name={asked.study.dataset.name!r})'
        yield "table = entry.load()()"
    elif asked.dataset.options.format is Format.PARQUET:
        yield f"table = pq.read_table({file_of(asked)!r})"
    else:
        yield f"with pa.memory_map({file_of(asked)!r}) as file:"
        yield "    try:"
        yield "        table = pa.ipc.open_file(file).read_all()"
        yield "    except pa.ArrowInvalid:  # a stream"
        yield "        file.seek(0)"
        yield "        table = pa.ipc.open_stream(file).read_all()"
    yield "columns = {name: table[name].to_pylist() for name in table.column_names}"
    roles = asked.study.dataset.roles
    used = [*(column.name for column in asked.features), *([roles.time] if roles.time else [])]
    dates = [name for name in used if _type(asked, name) is ColumnType.DATETIME]
    if dates:
        yield f"for name in {dates!r}:"
        yield '    columns[name] = table[name].cast(pa.timestamp("us"), safe=False).to_pylist()'


def _type(asked: Asked, name: str) -> ColumnType:
    return next(column.type for column in asked.dataset.columns if column.name == name)


def _read(asked: Asked, name: str) -> str:
    """The call that reads a column of numbers."""
    match _type(asked, name):
        case ColumnType.BOOLEAN:
            return f"truths({name!r})"
        case ColumnType.DATETIME:
            return f"dates({name!r})"
        case _:
            return f"numbers({name!r})"


def _names(asked: Asked, *types: ColumnType) -> list[str]:
    return [column.name for column in asked.features if column.type in types]


def _helpers(asked: Asked) -> Iterator[str]:
    """Functions that read a column, those of the types that there are."""
    roles = asked.study.dataset.roles
    read = [column.name for column in asked.features] + list(roles.target)
    read += [name for name in (roles.weight, roles.time) if name is not None]
    types = {_type(asked, name) for name in read}
    text = asked.dataset.options.format in {Format.CSV, Format.JSONL}
    if ColumnType.NUMERIC in types:
        comma = asked.dataset.options.format is Format.CSV and asked.dataset.options.delimiter != ","
        value = 'value.replace(",", ".")' if comma else "value"
        yield ""
        yield ""
        yield "def numbers(name):"
        yield f"    x = np.array([np.nan if value is None else float({value}) for value in columns[name]])"
        yield "    return np.where(np.isfinite(x), x, np.nan)"
    if ColumnType.BOOLEAN in types:
        csv = asked.dataset.options.format is Format.CSV
        value = 'value.lower() == "true"' if csv else "bool(value)"
        yield ""
        yield ""
        yield "def truths(name):"
        yield f"    return np.array([np.nan if value is None else float({value}) for value in columns[name]])"
    if ColumnType.CATEGORICAL in types:
        yield ""
        yield ""
        yield "def places(name):"
        yield '    words = ["" if value is None else str(value) for value in columns[name]]'
        yield "    return np.unique(words, return_inverse=True)[1]"
    if ColumnType.DATETIME in types:
        yield from _dates(text=text)
    yield ""
    yield ""


def _dates(*, text: bool) -> Iterator[str]:
    yield ""
    yield ""
    yield "def dates(name):"
    if text:
        yield '    days = ("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y")'
        yield '    for form in ("", *(day + time for day in days for time in ("", " %H:%M:%S", " %H:%M"))):'
        yield "        try:"
        yield "            times = [None if word is None else date(word, form) for word in columns[name]]"
        yield "            break"
        yield "        except ValueError:"
        yield "            continue"
    else:
        yield "    times = columns[name]"
    yield '    microseconds = np.array(times, dtype="datetime64[us]")'
    yield "    return np.where(np.isnat(microseconds), np.nan, microseconds.astype(float) / 86_400_000_000)  # days"
    if text:
        yield ""
        yield ""
        yield "def date(word, form):"
        yield "    time = datetime.strptime(word, form) if form else datetime.fromisoformat(word)"
        yield "    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time"
    yield ""
    yield ""
    yield "def calendar(name):"
    yield '    """Days since 1970; sine and cosine of the place in the week and in the year."""'
    yield "    days = dates(name)"
    yield "    turns = 2 * np.pi * np.stack([(days + 3) / 7, days / 365.2425])  # 1970 began on a Thursday"
    yield "    return np.stack([days, *np.sin(turns), *np.cos(turns)])"


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
        if len({_type(asked, name) for name in plain}) > 1 and kind is ColumnType.BOOLEAN and names:
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
    if _type(asked, name) is ColumnType.CATEGORICAL:
        return f"places({name!r})"
    return f"np.unique({_read(asked, name)}, return_inverse=True)[1]"
