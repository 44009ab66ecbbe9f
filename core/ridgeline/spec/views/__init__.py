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
from ridgeline.spec.views.artifacts import ArtifactView
from ridgeline.spec.views.catalogue import ModelView, RegularizerView, StrengthView
from ridgeline.spec.views.comparisons import Choice, Comparison, Interval
from ridgeline.spec.views.datasets import DatasetSummary
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView, Matters
from ridgeline.spec.views.pages import Page
from ridgeline.spec.views.problems import Broken, Problem
from ridgeline.spec.views.studies import (
    BestSoFar,
    CostEstimate,
    EventView,
    FinalCost,
    FinalProgress,
    StudyView,
    Validated,
)
from ridgeline.spec.views.trials import EpochScore, Failure, RungView, TrialCounts, TrialView
from ridgeline.spec.views.verdict import (
    BestTrial,
    Caution,
    ContenderView,
    CorrectedScore,
    Gain,
    Recommended,
    RestsOn,
    Role,
    TestScores,
    Verdict,
    WarningCode,
)

__all__ = [
    "ArtifactView",
    "BestSoFar",
    "BestTrial",
    "BestView",
    "Broken",
    "Caution",
    "Choice",
    "Comparison",
    "ContenderView",
    "CorrectedScore",
    "CostEstimate",
    "CurvePoint",
    "CurveView",
    "DatasetSummary",
    "EpochScore",
    "EventView",
    "Failure",
    "FinalCost",
    "FinalProgress",
    "Gain",
    "IngredientView",
    "IngredientsView",
    "Interval",
    "LeaderboardEntry",
    "LeaderboardView",
    "Matters",
    "MixEntry",
    "ModelView",
    "Page",
    "Problem",
    "Recommended",
    "RegularizerView",
    "RestsOn",
    "Role",
    "RungView",
    "StrengthView",
    "StudyBest",
    "StudyView",
    "TestScores",
    "TrialCounts",
    "TrialView",
    "Validated",
    "Verdict",
    "WarningCode",
]
