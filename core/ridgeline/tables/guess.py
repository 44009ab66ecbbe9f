"""What the words of a column are: the narrowest type that all of them allow."""

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ridgeline.spec.columns import ColumnType

MISSING = frozenset(
    {"", "?", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "Null", "null", "None", "nil"}
    | {"NaN", "nan", "NAN", "-NaN", "-nan", "1.#QNAN", "-1.#QNAN", "1.#IND", "-1.#IND"}
)
"""Words of a text file that stand for no value."""

_MISSING = pa.array(sorted(MISSING))
_BOOLEANS = pa.array(["true", "false"])
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)
_DATES = ("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y")
_TIMES = ("", " %H:%M:%S", " %H:%M")
AMBIGUOUS = ("%m/%d/%Y", "%d/%m/%Y")
"""Dates that may be read either way."""

Reader = Callable[[Any], Any]
"""Reads words as values; raises ArrowInvalid where a word is none."""


def is_number(word: str) -> bool:
    """Whether a single word reads as a number."""
    return _NUMBER.fullmatch(word) is not None


def words(values: Any) -> Any:
    """The words without blanks around them; those that stand for no value become null."""
    bare = pc.utf8_trim_whitespace(values)
    absent = pc.is_in(bare, value_set=_MISSING)
    return pc.if_else(absent, pa.scalar(None, pa.string()), bare) if pc.any(absent).as_py() else bare


class Guess:
    """The types that all words of a column allow, block after block."""

    def __init__(self, *, comma: bool, wanted: ColumnType | None = None) -> None:
        """Begin with all types that a column may have.

        Args:
            comma: whether a comma may stand before decimals.
            wanted: what the column must hold; None: anything.
        """  # fmt: skip
        self._left = {
            name: read
            for name, read in READERS.items()
            if (comma or not name.startswith("comma")) and wanted in {None, held_by(name)}
        }
        self._wanted = wanted
        self._seen = wanted is ColumnType.CATEGORICAL
        self.refused: str | None = None
        """A word that is not of the type that is wanted."""

    def take(self, values: Any) -> None:
        """Drop the types that a word of this block does not allow."""
        present = values.drop_null() if values.null_count else values
        if not len(present) or not self._left:
            return
        self._seen = True
        dropped = {name for name in self._left if not self._allows(name, present)}
        if self._wanted and dropped == self._left.keys():
            self.refused = next((word for word in present.to_pylist() if not self._is_allowed(word)), "different forms")
        for name in dropped:
            del self._left[name]
        if "number" not in self._left:  # a whole number in hexadecimal is a word
            self._left.pop("whole", None)

    @property
    def name(self) -> str:
        """The name of the narrowest type, among READERS, or `words`."""
        if not self._seen:
            return "number"  # nothing but missing values
        return next(iter(self._left), "words")

    @property
    def is_ambiguous(self) -> bool:
        """Whether days and months may be the other way round."""
        return all(any(name.startswith(date) for name in self._left) for date in AMBIGUOUS) and self._seen

    def _is_allowed(self, word: str) -> bool:
        return any(self._allows(name, pa.array([word])) for name in self._left)

    def _allows(self, name: str, present: Any) -> bool:
        try:
            READERS[name](present)
        except pa.ArrowInvalid:
            return False
        return True


def _booleans(values: Any) -> Any:
    low = pc.utf8_lower(values)
    if not pc.all(pc.is_in(low.drop_null(), value_set=_BOOLEANS), min_count=0).as_py():
        raise pa.ArrowInvalid("neither true nor false")
    return pc.equal(low, "true")


def _cast(kind: Any) -> Reader:
    return lambda values: pc.cast(values, kind)


def _commas(values: Any) -> Any:
    if pc.any(pc.match_substring(values, "."), min_count=0).as_py():
        raise pa.ArrowInvalid("a point beside a comma")
    return pc.cast(pc.replace_substring(values, ",", "."), pa.float64())


def _dates(form: str) -> Reader:
    def read(values: Any) -> Any:
        found = pc.strptime(values, format=form, unit="us", error_is_null=True)
        if found.null_count != values.null_count:
            raise pa.ArrowInvalid(f"not of the form {form}")
        told = pc.strftime(pc.cast(found, pa.timestamp("s")), format=form)
        if not pc.all(pc.equal(_unpadded(told), _unpadded(values)), min_count=0).as_py():
            raise pa.ArrowInvalid("a day that its month does not have")  # 30 February is read as 1 March
        return found

    return read


def _unpadded(values: Any) -> Any:
    """Dates without the zeros in front of their numbers."""
    return pc.replace_substring_regex(values, r"\b0+(\d)", r"\1")


def _zoned(values: Any) -> Any:
    return pc.cast(pc.cast(values, pa.timestamp("us", "UTC")), pa.timestamp("us"))


READERS: dict[str, Reader] = {
    "boolean": _booleans,
    "whole": _cast(pa.int64()),
    "number": _cast(pa.float64()),
    "comma": _commas,
    "date": _cast(pa.timestamp("us")),
    "date with zone": _zoned,
    **{date + time: _dates(date + time) for date in _DATES for time in _TIMES},
}
"""How words become values, the narrowest type first."""
TYPES: dict[str, Any] = {
    "boolean": pa.bool_(),
    "whole": pa.int64(),
    "number": pa.float64(),
    "comma": pa.float64(),
    "words": pa.string(),
}
"""Arrow's types of them; all others are dates."""


def held_by(name: str) -> ColumnType:
    """What a column holds that is read by this name."""
    if name == "words":
        return ColumnType.CATEGORICAL
    if name == "boolean":
        return ColumnType.BOOLEAN
    return ColumnType.NUMERIC if name in TYPES else ColumnType.DATETIME


def type_of(name: str) -> Any:
    """Arrow's type of what is read by this name."""
    return TYPES.get(name, pa.timestamp("us"))


def as_type(values: Any, name: str) -> Any:
    """Words, null where missing, as values of the type that was found."""
    return values if name == "words" else READERS[name](values)
