"""A form is read as it arrives, however it is cut, and its file is hashed on the way."""

import hashlib
import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.errors import Invalid
from ridgeline_service.operations.multipart import Form, boundary_of

BOUNDARY = b"frontier"
TRICKY = st.binary(max_size=300) | st.lists(
    st.sampled_from([b"\r\n--frontie", b"\r\n--", b"\r", b"\n", b"--frontier", b"a,b\r\n"]), max_size=20
).map(b"".join)


def part(name, content, filename=None):
    told = f'; filename="{filename}"' if filename is not None else ""
    head = f'--frontier\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def body(*parts):
    return b"".join(parts) + b"--frontier--\r\n"


def read(told, *, cuts=(), max_field_bytes=1000):
    output = io.BytesIO()
    form = Form(BOUNDARY, output, max_field_bytes)
    edges = sorted({0, len(told), *(cut % (len(told) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        form.write(told[start:end])
    return form, form.finish(), output.getvalue()


@given(content=TRICKY, cuts=st.lists(st.integers(0, 10_000), max_size=30))
def test_the_file_comes_out_as_it_went_in_however_it_is_cut(content, cuts):
    if b"\r\n--frontier" in b"\r\n" + content + b"\r\n":
        return  # no sender may choose such a boundary
    told = body(part("target", b"y"), part("file", content, "a.csv"), part("name", "Größe".encode()))
    form, digest, written = read(told, cuts=cuts)
    assert written == content
    assert digest == hashlib.sha256(content).hexdigest()
    assert form.fields == [("target", "y"), ("name", "Größe")]
    assert form.filename == "a.csv"


@given(st.binary(max_size=500))
def test_whatever_comes_is_a_form_or_is_refused(told):
    with pytest.raises(Invalid):
        read(told)


def test_a_file_without_a_name_is_called_file():
    assert read(body(part("file", b"a\n1\n")))[0].filename == "file"


@pytest.mark.parametrize("missing", range(1, 16))
def test_a_form_that_is_cut_off_is_refused(missing):
    told = body(part("file", b"a,b\n1,2\n", "a.csv"))
    with pytest.raises(Invalid, match="must be a multipart form but got 'an end before the last boundary'"):
        read(told[: -missing - 2])


def test_what_stands_beside_the_file_is_bounded():
    with pytest.raises(Invalid, match="at most 1000 bytes beside the file"):
        read(body(*(part("exclude", b"x" * 400) for _ in range(3)), part("file", b"", "a.csv")))


def test_the_number_of_parts_is_bounded():
    with pytest.raises(Invalid, match="at most 12000 parts"):
        read(body(*(part("exclude", b"") for _ in range(12_001))))


def test_long_headers_are_refused():
    with pytest.raises(Invalid, match="must be a multipart form"):
        read(body(part("x" * 10_000, b"")))


def test_the_boundary_is_that_of_the_header():
    assert boundary_of('multipart/form-data; boundary="two words"') == b"two words"
    for header in ("multipart/form-data", "multipart/form-data; boundary=", "text/csv"):
        with pytest.raises(Invalid, match="must be a multipart form"):
            boundary_of(header)
