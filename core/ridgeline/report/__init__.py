"""The report of a study: all of its verdict on one page that opens anywhere, without a network."""

from ridgeline.report.page import page
from ridgeline.report.policy import policy, sent_policy

__all__ = ["page", "policy", "sent_policy"]
