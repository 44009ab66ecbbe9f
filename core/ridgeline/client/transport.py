"""Requests to a service and what may go wrong on the way."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from ridgeline.client.problems import raise_for_problem
from ridgeline.errors import Invalid, ServiceFailed, Unreachable, Violation
from ridgeline.kinds import Frozen
from ridgeline.spec.views import Page

DEFAULT_URL = "http://127.0.0.1:8000"
Answer = TypeVar("Answer", bound=BaseModel)
Item = TypeVar("Item", bound=Frozen)


class Transport:
    """One service: where it is, who asks, how long an answer may take."""

    def __init__(self, base_url: str | None, token: str | None, timeout_seconds: float) -> None:
        self.url = (base_url or os.environ.get("RIDGELINE_URL") or DEFAULT_URL).rstrip("/")
        self.timeout_seconds = timeout_seconds
        token = token or os.environ.get("RIDGELINE_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with self.clear_errors():
            self.http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout_seconds)
        if self.http.base_url.scheme not in {"http", "https"} or not self.http.base_url.host:
            raise _no_url(self.url)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, IO[bytes]]] | None = None,
        headers: Mapping[str, str] | None = None,
        wait_seconds: float = 0.0,
    ) -> bytes:
        """The body of the answer.

        Args:
            params: query parameters; those that are None are left out.
            data: fields of a form that is sent with files.
            files: by field, each with its name; read while they are sent.
            wait_seconds: how long the service was asked to wait before it answers.

        Raises:
            RidgelineError: what the service refused, or Unreachable.
        """
        told = {name: value for name, value in (params or {}).items() if value is not None}
        with self.clear_errors():
            response = self.http.request(
                method,
                path,
                params=told,
                json=json,
                data=data,
                files=files,
                headers=headers,
                timeout=httpx.Timeout(self.timeout_seconds, read=self.timeout_seconds + wait_seconds),
            )
        raise_for_problem(response)
        return response.content

    def read(self, answer: type[Answer], method: str, path: str, **asked: Any) -> Answer:
        """The answer as a value; fields that a newer service has added are ignored."""
        return parse(answer, self.ask(method, path, **asked), self.url)

    def pages(self, item: type[Item], path: str, limit: int | None = None, **params: Any) -> Iterator[Item]:
        """Every item of a list, page by page, as it is iterated."""
        cursor: str | None = None
        while True:
            page = self.read(Page[item], "GET", path, params={**params, "limit": limit, "cursor": cursor})  # type: ignore[valid-type]
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    @contextmanager
    def clear_errors(self) -> Iterator[None]:
        """Say where nobody answered instead of how the socket failed."""
        try:
            yield
        except httpx.TimeoutException as error:
            raise Unreachable(self.url, f"no answer within {self.timeout_seconds:g} seconds") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise _no_url(self.url) from error
        except httpx.TransportError as error:
            raise Unreachable(self.url, error) from error


def parse(answer: type[Answer], body: bytes | str, url: str) -> Answer:
    """Read a body as a value.

    Raises:
        ServiceFailed: the body is something else.
    """
    try:
        return answer.model_validate_json(body, extra="ignore")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the body"
        raise ServiceFailed(
            f"{url} must answer with a {answer.__name__} but {place} is wrong ({first['msg']}); "
            "use a client and a service of the same version"
        ) from error


def _no_url(url: str) -> Invalid:
    return Invalid([Violation("url", "must be an http or https URL", url, "write it like http://127.0.0.1:8000")])
