"""How a script trains: one step, with what each kind adds to it, in the order in which lanes do it."""

from collections.abc import Iterable, Iterator, Sequence

from ridgeline.spec.metrics import Task
from ridgeline.spec.snippet.asked import Asked, Use, number
from ridgeline.spec.snippet.kinds import SCRIPTS, KindScript
from ridgeline.spec.study import Adam, Sgd


def epochs(asked: Asked) -> Iterator[str]:
    """The epochs."""
    training, kinds = asked.study.training, [SCRIPTS[kind] for kind in asked.kinds]
    yield f"for epoch in range({training.epochs}):"
    yield f"    for batch in torch.randperm(len(X_train)).tensor_split({training.steps_per_epoch}):"
    yield from indented(_step(asked, kinds), 2)
    yield from indented((line for kind in kinds for line in kind.after_epoch(asked)), 1)


def indented(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    """The lines, further to the right."""
    yield from (f"{'    ' * depth}{line}" if line else line for line in lines)


def _step(asked: Asked, kinds: Sequence[KindScript]) -> Iterator[str]:
    if Use.STEP in asked.uses:
        yield "step += 1"
    examples = [line for kind in kinds for line in kind.examples(asked)]
    changes = bool(examples) or Use.PASSES in asked.uses
    if changes:
        yield "rows, targets = X_train[batch], y_train[batch]"
        yield from examples
    if Use.SLOPES in asked.uses:
        yield "rows.requires_grad_()"
    if asked.repeats_noise:
        yield "noise = torch.get_rng_state()  # every pass of a step meets the same"
    yield from _backward(asked, kinds, ("rows", "targets") if changes else ("X_train[batch]", "y_train[batch]"))
    yield from (line for kind in kinds for line in kind.gradient(asked))
    yield from (line for kind in kinds for line in kind.decay(asked))
    yield "optimizer.step()"
    yield from _proximal(asked, kinds)
    yield from (line for kind in kinds for line in kind.projection(asked))
    yield from (line for kind in kinds for line in kind.after_step(asked))


def _backward(asked: Asked, kinds: Sequence[KindScript], seen: tuple[str, str]) -> Iterator[str]:
    """The gradient of the loss, by one pass or more."""
    loss, again = list(_loss(asked, kinds, *seen)), "torch.set_rng_state(noise)"
    objective = [line for kind in kinds for line in kind.objective(asked)]
    if Use.LOSS_OF in asked.uses:
        yield from _function("loss_of", "rows", [again, *loss] if asked.repeats_noise else loss)
        loss = ["loss = loss_of(rows)"]
    between: list[str] = []
    behind: list[str] = []
    for kind in kinds:
        first, second = kind.second_pass(asked)
        between += first
        behind += second
    if not between:
        if Use.LOSS_OF in asked.uses:
            yield ""
        yield from loss
        yield from objective
        yield "optimizer.zero_grad()"
        yield "loss.backward()"
        return
    resets = asked.repeats_noise and Use.LOSS_OF not in asked.uses
    yield from _function("loss_here", "", [*([again] if resets else []), *loss, *objective])
    yield ""
    for lines in (between, behind):
        yield "optimizer.zero_grad()"
        yield "loss_here().backward()"
        yield from lines


def _function(name: str, arguments: str, lines: Sequence[str]) -> Iterator[str]:
    *before, last = lines
    yield ""
    yield f"def {name}({arguments}):"
    yield from indented(before)
    if last.startswith("loss = ") and "#" not in last:
        yield f"    return {last.removeprefix('loss = ')}"
    else:
        yield from indented([last, "return loss"])


def _loss(asked: Asked, kinds: Sequence[KindScript], rows: str, targets: str) -> Iterator[str]:
    """Lines that make `loss`, the mean over the rows."""
    squeeze = ".squeeze(1)" if asked.task in {Task.BINARY, Task.REGRESSION} else ""
    terms = [term for kind in kinds if (term := kind.of_outputs(asked)) is not None]
    outputs = f"model({rows}){squeeze}"
    if terms:
        yield f"outputs = {outputs}"
        outputs = "outputs"
    yield f"loss = loss_function({outputs}, {targets})"
    for term in terms:
        yield f"loss = loss {term}" + ("" if asked.weighs_rows else ".mean()")
    if asked.weighs_rows:
        of_row = ".mean(dim=1)" if asked.task.has_several_targets else ""
        yield f"loss = (weight_train[batch] * loss{of_row}).mean()"


def _proximal(asked: Asked, kinds: Sequence[KindScript]) -> Iterator[str]:
    """Proximal operators after the update, with the size of the step that belongs to the optimizer.

    Source: Parikh & Boyd 2014; under Adam Yun, Lozano & Yang 2021, where a coordinate without a gradient stays.
    """
    lines = [line for kind in kinds for line in kind.proximal(asked)]
    if not lines:
        return
    yield "with torch.no_grad():  # proximal step, which gives exact zeros"
    yield "    for w, group in zip(weights, grouping):" if Use.GROUPING in asked.uses else "    for w in weights:"
    match asked.study.training.optimizer:
        case Adam() as adam:
            yield "        state = optimizer.state[w]"
            yield f'        v_hat = state["exp_avg_sq"] / (1 - {number(adam.beta2)} ** state["step"].item())'
            yield f"        t = torch.where(v_hat > 0, {asked.rate} / (v_hat.sqrt() + {number(adam.epsilon)}), 0)"
        case Sgd() as sgd:
            yield f"        t = {asked.rate}" + (f" / (1 - {number(sgd.momentum)})" if sgd.momentum else "")
    yield from indented(lines, 2)
