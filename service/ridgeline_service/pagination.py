"""Where a list goes on and how long a page is."""

from typing import Annotated

from fastapi import Query

Cursor = Annotated[
    str | None,
    Query(max_length=2000, description="`next_cursor` of the page before, with the same filters and sort."),
]
PageLimit = Annotated[int, Query(ge=1, le=500, description="Items of a page, 1 to 500.")]
