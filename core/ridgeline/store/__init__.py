"""What Ridgeline remembers, and the only SQL."""

from ridgeline.store.artifacts import Artifacts
from ridgeline.store.claims import Claims
from ridgeline.store.database import database_path, database_url
from ridgeline.store.datasets import Datasets
from ridgeline.store.events import Events
from ridgeline.store.fence import Claim
from ridgeline.store.finals import Finals, Stage
from ridgeline.store.generations import NewTrial, RungResult
from ridgeline.store.migrate import upgrade
from ridgeline.store.models import Models
from ridgeline.store.store import Store
from ridgeline.store.studies import Studies
from ridgeline.store.tokens import TokenFacts, Tokens
from ridgeline.store.trials import Trials
from ridgeline.store.verdicts import Verdicts

__all__ = [
    "Artifacts",
    "Claim",
    "Claims",
    "Datasets",
    "Events",
    "Finals",
    "Models",
    "NewTrial",
    "RungResult",
    "Stage",
    "Store",
    "Studies",
    "TokenFacts",
    "Tokens",
    "Trials",
    "Verdicts",
    "database_path",
    "database_url",
    "upgrade",
]
