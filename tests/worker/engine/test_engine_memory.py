"""An engine process needs at most four times the table, as float32, above what it needs when idle."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER

ROWS, COLUMNS = 300_000, 60

TRAIN = """
import json, sys
import psutil
from ridgeline_worker.engine import task
from ridgeline_worker.training import Evaluation, Lane

def train(study, table, fold):
    lanes = tuple(Lane(trial, Evaluation(0, fold), 0.001, {}) for trial in range(8))
    everyone, own = frozenset(range(8)), (Evaluation(0, fold),)
    started = task.train(task.Segment(study, table, everyone, 3, score=True, prepared=own), lanes)
    task.train(task.Segment(study, table, everyone, 6, score=True, prepared=own), started)

asked = json.load(sys.stdin)
train(*asked["small"], 0)
idle = psutil.Process().memory_info().rss
task.check(*asked["large"])
for fold in range(5):
    train(*asked["large"], fold)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(1024 * int(peak.split()[1]) - idle)
"""


def test_all_folds_of_a_large_table_one_after_another(kept):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    x[draw.random(ROWS) < 0.1, 3] = np.nan
    columns = {f"x{i}": pa.array(x[:, i], from_pandas=True) for i in range(COLUMNS)}
    table, facts = kept(pa.table(columns | {"y": x[:, 0] > 0}))
    asked = {"model": {"kind": "mlp", "hidden": [16]}, "training": {"batch_size": 512}}
    large = resolve(StudySpec.model_validate({"dataset": "kept", **asked}), facts)
    small = resolve(StudySpec.model_validate({"dataset": "iris", **asked}), BUILT_IN["iris"])
    assert large.plan.one_evaluation_a_cohort
    told = {
        "large": [large.model_dump_json(), str(table.path)],
        "small": [small.model_dump_json(), str(FOLDER / "iris.parquet")],
    }
    run = subprocess.run(
        [sys.executable, "-c", TRAIN], input=json.dumps(told), capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 4 * 4 * ROWS * (COLUMNS + 1), int(run.stdout) / (4 * ROWS * (COLUMNS + 1))
