"""What a text with a delimiter is read as."""
# ruff: noqa: DTZ001 - stored times are UTC and have no zone

from datetime import datetime

import pytest

from ridgeline.spec.columns import ColumnType


def types(dataset) -> list[str]:
    return [column.type.value for column in dataset.columns]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", " "])
def test_the_delimiter_is_found(kept, delimiter) -> None:
    lines = [("name", "size", "place"), ("a", "1.5", "x"), ("b", "2", "y")]
    dataset, values = kept("\n".join(delimiter.join(line) for line in lines))
    assert values == {"name": ["a", "b"], "size": [1.5, 2.0], "place": ["x", "y"]}
    assert dataset.options.delimiter == delimiter


def test_one_column_needs_no_delimiter(kept) -> None:
    _, values = kept("word\nred\ngreen\nblue\n")
    assert values == {"word": ["red", "green", "blue"]}


def test_decimal_commas_are_numbers_where_the_delimiter_is_another(kept) -> None:
    dataset, values = kept("a;b\n1,5;x\n-2,25;y\n3;x\n")
    assert values["a"] == [1.5, -2.25, 3.0]
    assert types(dataset) == ["numeric", "categorical"]


@pytest.mark.parametrize(
    ("text", "header", "names"),
    [
        ("a,b\n1,2\n", True, ["a", "b"]),
        ("3,4\n1,2\n", False, ["c0", "c1"]),
        ("0,1,2\n3.5,4,5\n", True, ["0", "1", "2"]),
        ("x,4\n1,2\n", False, ["c0", "c1"]),
        (",b\n1,2\n", True, ["c0", "b"]),
    ],
)
def test_the_header_is_found(kept, text, header, names) -> None:
    dataset, _ = kept(text)
    assert dataset.options.header is header
    assert [column.name for column in dataset.columns] == names


def test_a_given_header_is_believed(kept) -> None:
    assert kept("a,b\nc,d\n", header=False)[1] == {"c0": ["a", "c"], "c1": ["b", "d"]}
    assert kept("1,2\n3,4\n", header=True)[1] == {"1": [3], "2": [4]}


@pytest.mark.parametrize("word", ["", "NA", "N/A", "null", "NULL", "nan", "NaN", "None", "?", "  "])
def test_words_for_no_value_are_missing(kept, word) -> None:
    dataset, values = kept(f"a,b,c\n1,x,{word}\n{word},{word},y\n")
    assert values == {"a": [1, None], "b": ["x", None], "c": [None, "y"]}
    assert [column.missing for column in dataset.columns] == [1, 1, 1]


@pytest.mark.parametrize(
    ("words", "kind", "values"),
    [
        (["1", "2"], ColumnType.NUMERIC, [1, 2]),
        (["1", "2.5"], ColumnType.NUMERIC, [1.0, 2.5]),
        (["1", "99999999999999999999"], ColumnType.NUMERIC, [1.0, 1e20]),
        (["1e3", "-inf"], ColumnType.NUMERIC, [1000.0, float("-inf")]),
        (["true", "False"], ColumnType.BOOLEAN, [True, False]),
        (["true", "1"], ColumnType.CATEGORICAL, ["true", "1"]),
        (["yes", "no"], ColumnType.CATEGORICAL, ["yes", "no"]),
        (["0x10", "1"], ColumnType.CATEGORICAL, ["0x10", "1"]),
        (
            ["2024-01-31", "2024-02-01 10:30"],
            ColumnType.DATETIME,
            [datetime(2024, 1, 31), datetime(2024, 2, 1, 10, 30)],
        ),
        (["2024-01-31T00:00:00+02:00"] * 2, ColumnType.DATETIME, [datetime(2024, 1, 30, 22)] * 2),
        (["31/01/2024", "01/02/2024"], ColumnType.DATETIME, [datetime(2024, 1, 31), datetime(2024, 2, 1)]),
        (["31.01.2024", "01.02.2024"], ColumnType.DATETIME, [datetime(2024, 1, 31), datetime(2024, 2, 1)]),
        (["30/02/2024", "31/01/2024"], ColumnType.CATEGORICAL, ["30/02/2024", "31/01/2024"]),
        (["1/2/2024", "13/02/2024"], ColumnType.DATETIME, [datetime(2024, 2, 1), datetime(2024, 2, 13)]),
        (["2024-01-31", "soon"], ColumnType.CATEGORICAL, ["2024-01-31", "soon"]),
        (["NA", ""], ColumnType.NUMERIC, [None, None]),
    ],
)
def test_a_column_has_the_narrowest_type_that_all_its_words_allow(kept, words, kind, values) -> None:
    dataset, read = kept("a,b\n" + "".join(f"{word},0\n" for word in words))
    assert dataset.columns[0].type is kind
    assert read["a"] == values


def test_the_last_row_of_a_long_file_still_decides_the_type(kept) -> None:
    rows = 300_000
    dataset, values = kept("a,b\n" + "1,2\n" * rows + "word,2\n")
    assert types(dataset) == ["categorical", "numeric"]
    assert dataset.columns[0].counts == {"1": rows, "word": 1}
    assert values["a"][-1] == "word"


def test_dates_that_may_be_read_either_way_are_told(kept) -> None:
    dataset, values = kept("when,x\n01/02/2024,1\n03/04/2024,2\n")
    assert values["when"] == [datetime(2024, 1, 2), datetime(2024, 3, 4)]
    assert (dataset.remarks[0].kind, dataset.remarks[0].columns) == ("date_order_found", ("when",))


def test_quoted_values_hold_delimiters_quotes_and_line_ends(kept) -> None:
    _, values = kept('a,b\n"x, ""y""\nz",1\nw,2\n')
    assert values["a"] == ['x, "y"\nz', "w"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_by_its_mark(kept, encoding) -> None:
    dataset, values = kept("name,x\nÄrger,1\n漢字,2\n".encode(encoding))
    assert values["name"] == ["Ärger", "漢字"]
    assert not [remark for remark in dataset.remarks if remark.kind == "encoding_found"]


def test_other_text_is_taken_for_windows_1252_and_its_owner_told(kept) -> None:
    dataset, values = kept("name,x\nÄrger,1\ncafé,2\n".encode("latin-1"))
    assert values["name"] == ["Ärger", "café"]
    remark = next(remark for remark in dataset.remarks if remark.kind == "encoding_found")
    assert "byte 0xc4 in line 2" in remark.detail
    assert dataset.options.encoding == "windows-1252"


def test_a_given_encoding_is_used(kept) -> None:
    dataset, values = kept("name,x\nпривет,1\nмир,2\n".encode("cp1251"), encoding="cp1251")
    assert values["name"] == ["привет", "мир"]
    assert dataset.options.encoding == "cp1251"
