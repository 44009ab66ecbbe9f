"""What the service answers."""

from ridgeline.spec.views.answers import (
    BestView,
    CurvePoint,
    CurveView,
    LeaderboardEntry,
    LeaderboardView,
    MixEntry,
    StudyBest,
)
from ridgeline.spec.views.catalogue import ModelView, RegularizerView, StrengthView
from ridgeline.spec.views.datasets import DatasetSummary
from ridgeline.spec.views.pages import Page
from ridgeline.spec.views.problems import Broken, Problem
from ridgeline.spec.views.studies import BestSoFar, CostEstimate, EventView, StudyView, Validated
from ridgeline.spec.views.trials import EpochScore, Failure, RungView, TrialCounts, TrialView

__all__ = [
    "BestSoFar",
    "BestView",
    "Broken",
    "CostEstimate",
    "CurvePoint",
    "CurveView",
    "DatasetSummary",
    "EpochScore",
    "EventView",
    "Failure",
    "LeaderboardEntry",
    "LeaderboardView",
    "MixEntry",
    "ModelView",
    "Page",
    "Problem",
    "RegularizerView",
    "RungView",
    "StrengthView",
    "StudyBest",
    "StudyView",
    "TrialCounts",
    "TrialView",
    "Validated",
]
