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
from ridgeline.spec.views.courses import Course, Sparsity
from ridgeline.spec.views.datasets import DatasetSummary
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView, Matters
from ridgeline.spec.views.ladders import End, LadderRung, LadderView, Plateau, Reference
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
    Environment,
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
    "Course",
    "CurvePoint",
    "CurveView",
    "DatasetSummary",
    "End",
    "Environment",
    "EpochScore",
    "EventView",
    "Failure",
    "FinalCost",
    "FinalProgress",
    "Gain",
    "IngredientView",
    "IngredientsView",
    "Interval",
    "LadderRung",
    "LadderView",
    "LeaderboardEntry",
    "LeaderboardView",
    "Matters",
    "MixEntry",
    "ModelView",
    "Page",
    "Plateau",
    "Problem",
    "Recommended",
    "Reference",
    "RegularizerView",
    "RestsOn",
    "Role",
    "RungView",
    "Sparsity",
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
