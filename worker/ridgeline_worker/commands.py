"""What the worker does on the command line."""

import signal
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from ridgeline.errors import Invalid, NotReady, NoVerdict, RidgelineError
from ridgeline.files import Files
from ridgeline.library import Library
from ridgeline.logs import configure_logs
from ridgeline.report import page
from ridgeline.spec import parse_spec
from ridgeline.spec.problems import problem_of
from ridgeline.spec.states import ENDED
from ridgeline.store import Store, answers, upgrade
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.loop import Worker, worker_name
from ridgeline_worker.plugins import add_datasets, published
from ridgeline_worker.predict import predict_rows
from ridgeline_worker.settings import WorkerSettings

app = typer.Typer(help="Ridgeline's worker: trains the studies of a data folder.", no_args_is_help=True)

DataDir = Annotated[Path | None, typer.Option(help="Folder of the database; RIDGELINE_DATA_DIR.")]
Spec = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A study as JSON.")]
Processes = Annotated[int | None, typer.Option(min=1, help="Engine processes of one thread; RIDGELINE_PROCESSES.")]

Report = Annotated[Path | None, typer.Option(dir_okay=False, writable=True, help="Where its report goes, as HTML.")]

EVENTS_EVERY_SECONDS = 0.2


@app.command()
def serve(data_dir: DataDir = None, processes: Processes = None) -> None:
    """Claim studies and carry them to their end, until SIGTERM or SIGINT."""
    settings = _settings(data_dir, processes)
    with Store.open(settings.data_dir, wait_seconds=settings.schema_wait_seconds) as store:
        leaving = _set_by_signals()
        offers = _publish(store, Files(settings.data_dir))
        with closing(_engine(settings)) as engine:
            Worker(store, engine, settings, leaving, offers=offers).run()


@app.command()
def run(spec: Spec, data_dir: DataDir = None, processes: Processes = None, report: Report = None) -> None:
    """Run one study without a server; what happens comes as JSON lines on stdout."""
    settings = _settings(data_dir, processes)
    leaving = _set_by_signals()
    upgrade(settings.data_dir)
    with Store.open(settings.data_dir) as store:
        offers = _publish(store, Files(settings.data_dir))
        try:
            study_id = _submit(store, Library(store, Files(settings.data_dir)), spec)
        except Invalid as refused:
            _line("problem", problem_of(refused, str(spec)))
            raise typer.Exit(2) from refused
        with closing(_engine(settings)) as engine:
            worker = Worker(store, engine, settings, leaving, offers=offers, study_id=study_id)
            work = Thread(target=worker.run, name="worker")
            work.start()
            try:
                _tell(store, study_id, work, report)
            finally:
                leaving.set()
                work.join()


app.command("predict")(predict_rows)


def _settings(data_dir: Path | None, processes: int | None) -> WorkerSettings:
    given: dict[str, Any] = {"data_dir": data_dir, "processes": processes}
    settings = WorkerSettings(**{name: value for name, value in given.items() if value is not None})
    configure_logs(settings.log_level)
    return settings


def _engine(settings: WorkerSettings) -> ClusterEngine:
    return ClusterEngine(
        settings.processes, niceness=settings.engine_niceness, task_seconds_limit=settings.segment_seconds_limit
    )


def _set_by_signals() -> Event:
    """An event that SIGTERM and SIGINT set, from here on in place of ending the process at once.

    They set it in a thread: the main thread may be waiting for the event, whose lock it then holds.
    """
    leaving = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=leaving.set).start())
    return leaving


def _publish(store: Store, files: Files) -> frozenset[str]:
    """Tell the store of the operator's models and data sets that are installed here; returns names of models."""
    add_datasets(store, files)
    models = published()
    store.models.publish(models, worker_name())
    return frozenset(model.name for model in models)


def _submit(store: Store, library: Library, path: Path) -> str:
    spec = parse_spec(path.read_bytes())
    study, _ = store.studies.submit(spec, library.resolve(spec))
    return study.id


def _tell(store: Store, study_id: str, work: Thread, report: Path | None) -> None:
    """Print events and how far the final is until the study has ended, then the leaderboard and the verdict.

    Args:
        report: where the page of the verdict goes; None: nowhere.
    """  # fmt: skip
    told, final = 0, None
    while True:
        ended = store.studies.get(study_id).state in ENDED
        for event in store.events.after(told, study_id=study_id):
            told = event.id
            _line("event", event)
            if event.type == "rung.decided":
                _line("study", store.studies.get(study_id))
        study = store.studies.get(study_id)
        if study.final != final:
            final = study.final
            _line("study", study)
        if ended or not work.is_alive():
            break
        work.join(EVENTS_EVERY_SECONDS)
    _line("study", store.studies.get(study_id))
    _line("leaderboard", answers.leaderboard(store, study_id))
    try:
        _line("verdict", answers.verdict(store, study_id))
        if report is not None:
            report.write_text(page(store, study_id), encoding="utf-8")
    except (NotReady, NoVerdict) as none:
        _line("no_verdict", problem_of(none, study_id))


def _line(name: str, value: BaseModel) -> None:
    sys.stdout.write(f'{{"{name}": {value.model_dump_json()}}}\n')
    sys.stdout.flush()


def main() -> Any:
    """Run a command; an error of ours is one line on stderr."""
    try:
        return app()
    except RidgelineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
