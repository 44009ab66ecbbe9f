"""Send a study: `submit`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ridgeline.cli.options import Json, Token, Url
from ridgeline.cli.output import print_json
from ridgeline.cli.warm import told
from ridgeline.cli.watch import watch_study


def submit(
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="A study as JSON; - reads standard input.")
    ] = None,
    *,
    dataset: Annotated[str | None, typer.Option(help="Name or id of the data set.")] = None,
    target: Annotated[
        list[str] | None, typer.Option(help="Column to predict; again for several. Default: the data set's.")
    ] = None,
    regularizer: Annotated[
        list[str] | None, typer.Option("--regularizer", "-r", help="A kind to compare; again for more. Default: all.")
    ] = None,
    mode: Annotated[str | None, typer.Option(help="single: one kind a trial; cocktail: any of them together.")] = None,
    model: Annotated[str | None, typer.Option(help="linear, mlp, residual_mlp, conv1d or conv2d.")] = None,
    hidden: Annotated[str | None, typer.Option(help="Units of an mlp's hidden layers, such as 64,64.")] = None,
    metric: Annotated[str | None, typer.Option(help="Score on validation rows, such as log_loss.")] = None,
    second: Annotated[str | None, typer.Option(help="Told beside the metric, such as sparsity.")] = None,
    constraint: Annotated[
        list[str] | None, typer.Option(help='What must hold, such as "accuracy >= 0.95"; again for more.')
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training rows.")] = None,
    sampler: Annotated[str | None, typer.Option(help="tpe, random, qmc, gp or grid.")] = None,
    pruner: Annotated[str | None, typer.Option(help="none, median, successive_halving or hyperband.")] = None,
    max_trials: Annotated[int | None, typer.Option(help="Settings to try.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of every draw.")] = None,
    name: Annotated[str | None, typer.Option(help="Any name.")] = None,
    warm_start: Annotated[
        bool, typer.Option("--warm-start", help="Ask first what earlier studies on the same or like data have found.")
    ] = False,
    warm_start_from: Annotated[
        list[str] | None, typer.Option(metavar="STUDY", help="Ask first what this study has found; again for more.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Follow it to its end.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Queue a study from a file, from options, or from both.

    Options come on top of the file.
    """
    from ridgeline.cli.request import overlay, read_request
    from ridgeline.client import Client

    options: dict[str, Any] = {
        "dataset": dataset,
        "dataset.target": target or None,
        "name": name,
        "seed": seed,
        "regularizers": regularizer or None,
        "mode": mode,
        "model.kind": model,
        "model.hidden": hidden,
        "objective.metric": metric,
        "objective.second": second,
        "objective.constraints": constraint or None,
        "training.epochs": epochs,
        "sampler": sampler,
        "pruner": pruner,
        "budget.max_trials": max_trials,
        "warm_start": warm_start_from or warm_start or None,
    }
    request = overlay(read_request(spec) if spec else {}, options)
    with Client(url, token) as client:
        study = client.submit(request)
    if as_json and not watch:
        print_json(study)
    elif not as_json:
        typer.echo(f"study {study.id} is {study.state}", err=watch)
        for line in told(study.study.warm_start):
            typer.echo(line, err=True)
    if watch:
        watch_study(study.id, url, token, as_json=as_json)
    elif not as_json:
        typer.echo(f"follow it: ridgeline watch {study.id}", err=True)
