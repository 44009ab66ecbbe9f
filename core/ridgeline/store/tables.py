"""The tables.  Times are seconds since the epoch; a migration describes every change of what stands here."""

import math

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NO_LOSS = math.inf
"""The loss of a trial without a score: it sorts last and is never the best."""

datasets = Table(
    "datasets",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("dataset", Text, nullable=False),  # Dataset
    Column("rows", Integer, nullable=False),  # this and the next two as in the dataset, for lists
    Column("columns", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
)

dataset_names = Table(
    "dataset_names",
    metadata,
    Column("name", String, primary_key=True),
    Column("dataset_id", String, ForeignKey("datasets.id"), nullable=False),
    Column("roles", Text, nullable=True),  # Roles; these three are null without a default target
    Column("task", String, nullable=True),
    Column("counts", Text, nullable=True),  # Counts
    Column("created_at", Float, nullable=False),
    Index(None, "dataset_id", "created_at", "name"),
)

published_models = Table(
    "published_models",
    metadata,
    Column("name", String, primary_key=True),
    Column("model", Text, nullable=False),  # PublishedModel
    Column("worker", String, nullable=False),  # who told of it last
    Column("published_at", Float, nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("dataset_id", String, ForeignKey("datasets.id"), nullable=False),
    Column("model", String, nullable=False),
    Column("metric", String, nullable=False),
    Column("comparison", String, nullable=False),
    Column("spec", Text, nullable=False),  # StudySpec, as it was asked for
    Column("resolved", Text, nullable=False),  # ResolvedStudy, with today's name, tags and budget
    Column("max_trials", Integer, nullable=False),
    Column("idempotency_key", String, nullable=True, unique=True),
    Column("needs", String, nullable=True),  # name of a custom model; null: every worker can run it
    Column("state", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("reason", String, nullable=True),
    Column("detail", Text, nullable=True),
    Column("claim", Integer, nullable=False),  # grows with every claim: the fence
    Column("worker", String, nullable=True),
    Column("lease_until", Float, nullable=True),  # null: nobody holds it
    Column("running_seconds", Float, nullable=False),
    Column("work_done", BigInteger, nullable=False),  # multiply-adds
    Column("search_ended_by", String, nullable=True),  # null while the search goes on, and without a final
    Column("final", JSON(none_as_null=True), nullable=True),  # FinalProgress; null before the final
    Column("epochs_done", Integer, nullable=False),  # summed over trials and their folds
    Column("trial_counts", JSON(none_as_null=True), nullable=True),  # by kind and state; null until it has ended
    Column("created_at", Float, nullable=False),
    Column("started_at", Float, nullable=True),
    Column("ended_at", Float, nullable=True),
    Index(None, "created_at", "id"),
    Index(None, "name", "id"),
    Index(None, "state", "created_at", "id"),
    Index(None, "dataset_id", "created_at", "id"),
    Index(None, "comparison"),
    Index(None, "ended_at"),
)

study_tags = Table(
    "study_tags",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
    Index(None, "key", "value", "study_id"),
)

trials = Table(
    "trials",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("regularizer", String, nullable=False),
    Column("strengths", JSON, nullable=False),
    Column("derived", JSON, nullable=False),
    Column("learning_rate", Float, nullable=False),
    Column("origin", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("bracket", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("failure", JSON(none_as_null=True), nullable=True),
    Column("score", Float, nullable=True),  # null unless complete
    Column("loss", Float, nullable=False),  # the score, or minus it where higher is better; NO_LOSS unless complete
    Column("rungs", JSON, nullable=False),  # RungViews, in order
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float, nullable=True),
    Index(None, "study_id", "loss", "number"),
    Index(None, "study_id", "regularizer", "loss", "number"),
    Index(None, "study_id", "regularizer", "number"),
    Index(None, "study_id", "regularizer", "state", "number"),
    Index(None, "study_id", "state", "number"),
)

final_stages = Table(
    "final_stages",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("stage", String, primary_key=True),
    Column("scores", JSON, nullable=False),  # by number of the contender, repeat by repeat; null: it gave none
    Column("measures", JSON(none_as_null=True), nullable=True),  # the same by measure; null: none was asked for
    Column("predictions", LargeBinary, nullable=True),  # as the worker packs them, until the verdict is stored
    Column("courses", Text, nullable=True),  # Courses by number of the contender; null where none was looked at
)

ladders = Table(
    "ladders",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("regularizer", String, primary_key=True),
    Column("ladder", Text, nullable=False),  # LadderView
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("verdict", Text, nullable=False),  # Verdict
    Column("made", Integer, nullable=False),  # how many the study has had; only the last is kept
    Column("created_at", Float, nullable=False),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("file", String, nullable=True),  # path among the artifacts; this and the next two are null without a file
    Column("bytes", BigInteger, nullable=True),
    Column("sha256", String, nullable=True),
    Column("detail", Text, nullable=True),  # why there is no file
    Column("created_at", Float, nullable=False),
)

test_parts = Table(
    "test_parts",
    metadata,
    Column("key", String, primary_key=True),  # ResolvedStudy.test_part
    Column("scored", Integer, nullable=False),  # how often verdicts scored it; stays when a study is deleted
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("study_id", String, ForeignKey("studies.id", ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Column("type", String, nullable=False),
    Column("data", JSON, nullable=False),
    Index(None, "study_id", "id"),
    sqlite_autoincrement=True,  # an id never comes back, so that a watcher misses nothing
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False),  # SHA-256, hexadecimal
    Column("created_at", Float, nullable=False),
)
