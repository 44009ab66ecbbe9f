"""What a report may do in a browser: run the scripts that it came with, and nothing else.

Its figures are data that these scripts draw, so nothing that a user has named can become a script.  The page names its
policy itself, so that it also holds for a copy on a disk.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

_TEMPLATES = files("ridgeline.report") / "templates"


@cache
def plotly() -> str:
    """The drawing library, as its package brings it."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def script() -> str:
    """What draws the figures of a page."""
    return (_TEMPLATES / "report.js").read_text(encoding="utf-8")


@cache
def style() -> str:
    """What the page looks like."""
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The Content-Security-Policy of a page.

    Styles may stand in it, for the figures are drawn with them; nothing can be fetched, so they have nowhere to tell
    anything.
    """
    scripts = " ".join(f"'sha256-{_hash(text)}'" for text in (plotly(), script()))
    rules = (
        "default-src 'none'",
        f"script-src {scripts}",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


@cache
def sent_policy() -> str:
    """The same as a header, where it can also say that no page may frame it and that it is of no origin."""
    return f"{policy()}; frame-ancestors 'none'; sandbox allow-scripts"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
