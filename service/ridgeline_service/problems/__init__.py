"""Errors as problems of RFC 9457."""

from ridgeline_service.problems.declared import problems
from ridgeline_service.problems.handlers import SLUGS, handle_problems
from ridgeline_service.problems.render import MEDIA_TYPE, answer
from ridgeline_service.problems.strict_json import StrictRoute

__all__ = ["MEDIA_TYPE", "SLUGS", "StrictRoute", "answer", "handle_problems", "problems"]
