"""`ridgeline`: one line a command, and how errors end."""

import contextlib
import sys
from collections.abc import Sequence

import typer

from ridgeline.cli.answers import best, curve, ingredients, leaderboard, verdict
from ridgeline.cli.database import migrate, token
from ridgeline.cli.datasets import datasets
from ridgeline.cli.demo import demo
from ridgeline.cli.export import export
from ridgeline.cli.predict import model, predict
from ridgeline.cli.report import report
from ridgeline.cli.run import run
from ridgeline.cli.serve import serve
from ridgeline.cli.studies import cancel, extend, pause, resume, stop, studies
from ridgeline.cli.submit import submit
from ridgeline.cli.watch import watch
from ridgeline.errors import Invalid, NotFound, RidgelineError

BAD_INPUT = 2

app = typer.Typer(
    name="ridgeline",
    help="Which regularizer, how strong, and is it really better than none?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    serve,
    submit,
    watch,
    verdict,
    model,
    predict,
    ingredients,
    best,
    leaderboard,
    curve,
    report,
    export,
    studies,
    pause,
    resume,
    stop,
    cancel,
    extend,
    run,
    migrate,
    demo,
):
    app.command()(command)
app.add_typer(datasets, name="datasets")
app.add_typer(token, name="token")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 when it did what was asked, 2 for bad input, 1 for anything else."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="ridgeline")
    except RidgelineError as error:
        _say(error)
        sys.exit(BAD_INPUT if isinstance(error, Invalid | NotFound) else 1)
    except BrokenPipeError:  # the reader of our output has left
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.close()
        sys.exit(1)


def _say(error: RidgelineError) -> None:
    lines = error.violations if isinstance(error, Invalid) else (error,)
    for line in lines:
        typer.echo(f"error: {' '.join(str(line).split())}", err=True)
