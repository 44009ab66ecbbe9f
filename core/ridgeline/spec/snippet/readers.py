"""Functions of a script that read a column by its name, one for each type that there is."""

from collections.abc import Iterator

from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import Format
from ridgeline.spec.snippet.asked import Asked


def readers(asked: Asked) -> Iterator[str]:
    """Lines that define numbers, truths, places, dates and calendar, as far as they are needed."""
    roles = asked.study.dataset.roles
    read = [column.name for column in asked.features] + list(roles.target)
    read += [name for name in (roles.weight, roles.time) if name is not None]
    types = {asked.type_of(name) for name in read}
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
