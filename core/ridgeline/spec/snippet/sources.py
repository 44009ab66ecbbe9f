"""Where a script gets its rows from: scikit-learn, a generator, an operator's package, or the user's own file."""

from collections.abc import Iterator

from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Format, ParseOptions, Source
from ridgeline.spec.snippet.asked import Asked, listing

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
TARGETS = {
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


def arrays(asked: Asked) -> Iterator[str]:
    """Lines that make the arrays X and y."""
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
            yield f"with np.load({file_of(asked)!r}) as file:"
            yield '    X = file["x"]'
            if is_of_y(asked, asked.dataset.columns[-1]):
                yield '    y = file["y"]'


def _literal(value: object) -> str:
    """Lists of two numbers are the tuples that generators take for pairs."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value):
        return repr(tuple(value))
    return repr(value)


def columns(asked: Asked) -> Iterator[str]:
    """Lines that make `columns`: values by the name of their column."""
    dataset = asked.dataset
    options = dataset.options
    if dataset.source is Source.BUILT_IN:
        name = asked.study.dataset.name
        yield f"data = load_{name}({'scaled=False' if name == 'diabetes' else ''})"
        yield "columns = dict(zip(data.feature_names, data.data.T))"
        target = "data.target_names[data.target]" if name in {"iris", "wine", "breast_cancer"} else "data.target"
        yield f"columns[{TARGETS[name]!r}] = {target}"
    elif dataset.source is Source.GENERATED or options.format in {Format.NPZ, None}:
        yield from arrays(asked)
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
        names = [column.name for column in asked.dataset.columns if not is_of_y(asked, column)]
        if names == [f"x{i}" for i in range(len(names))]:
            yield 'columns = {f"x{i}": column for i, column in enumerate(X.T)}'
        else:
            yield from listing(names, "columns = dict(zip(", ", X.T))")
    of_y = [column.name for column in asked.dataset.columns if is_of_y(asked, column)]
    if of_y == ["y"]:
        yield 'columns["y"] = y'
    elif of_y:
        yield 'columns |= {f"y{i}": column for i, column in enumerate(y.T)}'


def is_of_y(asked: Asked, column: Column) -> bool:
    """Whether a column of arrays x and y is of y, which comes last."""
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
    dates = [name for name in used if asked.type_of(name) is ColumnType.DATETIME]
    if dates:
        yield f"for name in {dates!r}:"
        yield '    columns[name] = table[name].cast(pa.timestamp("us"), safe=False).to_pylist()'
