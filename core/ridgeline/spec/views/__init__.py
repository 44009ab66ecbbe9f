"""What the service answers."""

from ridgeline.spec.views.answers import (
    BestTrialOver,
    BestView,
    CurvePoint,
    CurveView,
    LeaderboardEntry,
    LeaderboardView,
    MixEntry,
    Obtained,
    RecommendedOver,
    StudyBest,
    WarmFrom,
)
from ridgeline.spec.views.artifacts import ArtifactView
from ridgeline.spec.views.catalogue import ModelView, RegularizerView, StrengthView
from ridgeline.spec.views.comparisons import Choice, Comparison, Interval
from ridgeline.spec.views.courses import Course, Sparsity
from ridgeline.spec.views.datasets import DatasetSummary
from ridgeline.spec.views.exports import StudyExport
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView, Matters
from ridgeline.spec.views.ladders import End, LadderRung, LadderView, Plateau, Reference
from ridgeline.spec.views.objectives import ConstraintView, Estimated, FrontMember, Kept, ObjectivesView
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
    "BestTrialOver",
    "BestView",
    "Broken",
    "Caution",
    "Choice",
    "Comparison",
    "ConstraintView",
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
    "Estimated",
    "EventView",
    "Failure",
    "FinalCost",
    "FinalProgress",
    "FrontMember",
    "Gain",
    "IngredientView",
    "IngredientsView",
    "Interval",
    "Kept",
    "LadderRung",
    "LadderView",
    "LeaderboardEntry",
    "LeaderboardView",
    "Matters",
    "MixEntry",
    "ModelView",
    "ObjectivesView",
    "Obtained",
    "Page",
    "Plateau",
    "Problem",
    "Recommended",
    "RecommendedOver",
    "Reference",
    "RegularizerView",
    "RestsOn",
    "Role",
    "RungView",
    "Sparsity",
    "StrengthView",
    "StudyBest",
    "StudyExport",
    "StudyView",
    "TestScores",
    "TrialCounts",
    "TrialView",
    "Validated",
    "Verdict",
    "WarmFrom",
    "WarningCode",
]
