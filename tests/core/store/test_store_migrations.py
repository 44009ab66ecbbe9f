"""The schema is created and upgraded once, after a backup, and never by a process that is too old."""

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from ridgeline.errors import RidgelineError, SchemaOutdated, SchemaTooNew
from ridgeline.spec import BUILT_IN
from ridgeline.store import Store, database_path, database_url, schema, upgrade
from ridgeline.store.tables import metadata

NOW = schema.head()
AFTER = f"{int(NOW) + 1:04}"
FOLLOWING = '''"""A made-up schema after the newest."""
import sqlalchemy as sa
from alembic import op

revision = "{after}"
down_revision = "{now}"


def upgrade() -> None:
    with op.batch_alter_table("studies") as table:
        table.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="red"))
        table.alter_column("detail", new_column_name="more")
    {then}
'''


@pytest.fixture
def next_version(tmp_path_factory, monkeypatch):
    """Pretend that this is the Ridgeline after this one: it knows a revision more."""

    def known(then: str = "pass") -> None:
        migrations = tmp_path_factory.mktemp("next") / "100% migrations"
        shutil.copytree(schema.VERSIONS.parent, migrations, ignore=shutil.ignore_patterns("__pycache__"))
        text = FOLLOWING.format(now=NOW, after=AFTER, then=then)
        (migrations / "versions" / f"{AFTER}_following.py").write_text(text)
        monkeypatch.setattr(schema, "VERSIONS", migrations / "versions")

    return known


def revision_of(data_dir):
    with closing(sqlite3.connect(database_path(data_dir))) as plain:
        return plain.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def set_revision(data_dir, revision):
    with closing(sqlite3.connect(database_path(data_dir))) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def contents(data_dir):
    with closing(sqlite3.connect(database_path(data_dir))) as plain:
        return list(plain.iterdump())


def test_the_migrations_lead_to_exactly_the_tables(tmp_path):
    upgrade(tmp_path)
    engine = create_engine(database_url(tmp_path))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
    engine.dispose()


def test_the_revisions_are_those_of_alembic():
    config = Config()
    config.set_main_option("script_location", str(schema.VERSIONS.parent))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == schema.revisions()


def test_an_empty_folder_gets_the_newest_schema_and_the_built_in_data(tmp_path):
    data_dir = tmp_path / "a folder?" / "that is #new %20"
    upgrade(data_dir)
    assert revision_of(data_dir) == schema.head()
    assert not (data_dir / "backups").exists()
    with Store.open(data_dir) as store:
        assert store.datasets.names() == tuple(sorted(BUILT_IN))


def test_the_database_is_in_wal_mode(tmp_path):
    upgrade(tmp_path)
    with closing(sqlite3.connect(database_path(tmp_path))) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_upgrading_again_changes_nothing(desk):
    desk.scored({0: ("none", 0.5)})
    before = contents(desk.data_dir)
    upgrade(desk.data_dir)
    assert contents(desk.data_dir) == before
    assert not (desk.data_dir / "backups").exists()


def test_an_older_database_is_backed_up_and_upgraded_with_all_it_holds(desk, next_version):
    study_id = desk.scored({0: ("none", 0.5)}, tags={"team": "a"})
    desk.store.close()
    before = contents(desk.data_dir)
    next_version()
    with pytest.raises(SchemaOutdated, match=f"must have schema {AFTER} but has {NOW}"):
        Store.open(desk.data_dir)
    upgrade(desk.data_dir)
    assert revision_of(desk.data_dir) == AFTER
    (backup,) = (desk.data_dir / "backups").iterdir()
    assert backup.name.startswith(f"ridgeline-{NOW}-")
    with closing(sqlite3.connect(backup)) as plain:
        assert list(plain.iterdump()) == before
    with closing(sqlite3.connect(database_path(desk.data_dir))) as plain:
        assert plain.execute("SELECT id, colour FROM studies").fetchall() == [(study_id, "red")]
        for table in ("trials", "study_tags"):
            assert plain.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ("raise RuntimeError('half way')", RuntimeError),
        ("op.execute('DELETE FROM studies')", RidgelineError),  # leaves trials without a study
    ],
)
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(desk, next_version, then, error):
    desk.scored({0: ("none", 0.5)})
    desk.store.close()
    before = contents(desk.data_dir)
    next_version(then)
    with pytest.raises(error):
        upgrade(desk.data_dir)
    assert contents(desk.data_dir) == before


def test_a_newer_database_is_refused_and_left_alone(tmp_path):
    upgrade(tmp_path)
    set_revision(tmp_path, "9999")
    before = contents(tmp_path)
    with pytest.raises(SchemaTooNew, match="9999"):
        upgrade(tmp_path)
    began = time.monotonic()
    with pytest.raises(SchemaTooNew, match="9999"):
        Store.open(tmp_path, wait_seconds=60)
    assert time.monotonic() - began < 10
    assert contents(tmp_path) == before


def test_opening_never_creates_a_database(tmp_path):
    with pytest.raises(SchemaOutdated, match="ridgeline migrate"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_opening_waits_for_whoever_upgrades(tmp_path):
    upgrading = threading.Timer(0.5, upgrade, [tmp_path])
    upgrading.start()
    with Store.open(tmp_path, wait_seconds=60) as store:
        assert store.datasets.names()
    upgrading.join()


UPGRADER = """
import sys
from pathlib import Path
from ridgeline.store import Store, upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(Path(sys.argv[1]))
with Store.open(Path(sys.argv[1])) as store:
    print(len(store.datasets.names()))
"""


def test_three_processes_may_upgrade_one_empty_folder_at_once(tmp_path):
    data_dir = tmp_path / "data"
    upgraders = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", UPGRADER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in upgraders:
        assert process.stdout.readline() == "ready\n"
    for process in upgraders:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120) for process in upgraders]
    assert told == [(f"{len(BUILT_IN)}\n", "")] * 3
    assert not (data_dir / "backups").exists()


def test_an_open_store_notices_that_the_schema_has_changed(desk):
    desk.store.check()
    set_revision(desk.data_dir, "9999")
    with pytest.raises(SchemaTooNew):
        desk.store.check()
