"""Scripts that meet the draws of a lane: its rows, its initial weights, its batches and its noise."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import pytest
import sklearn.model_selection
import torch
from scipy.special import betaincinv
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec import Setting, StudySpec, resolve
from ridgeline.spec.datasets import NamedDataset, ParseOptions
from ridgeline.spec.facts import facts_of, roles_of
from ridgeline.spec.facts import task_of as task_in
from ridgeline.spec.resolved import FixedRegularizer
from ridgeline.spec.snippet import snippet
from ridgeline.spec.sources import KeptData
from ridgeline.tables import Limits, count, ingest
from ridgeline_worker.data import Table
from ridgeline_worker.models import Sites
from ridgeline_worker.regularizer import Purpose
from ridgeline_worker.training import Cohort, Evaluation, Lane, Problem, evaluate
from ridgeline_worker.training.evaluate import forward
from ridgeline_worker.training.loss import row_losses
from ridgeline_worker.training.problem import dealt

WHERE = Evaluation(0, 1)
RATE = 0.02
TORCH_CLIPS = {"rtol": 1e-4, "atol": 1e-6}
"""torch.nn.utils.clip_grad_norm_ divides by the norm plus 1e-6, the lane by the norm."""
ROUNDED = {"atol": 1e-7}
"""A bias in front of batch_norm changes nothing: its gradient is rounding alone, which Adam makes a step of."""
LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Embedding, nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm)
BESIDE = {"weight": "bias", "filter": "filter_bias", "gain": "shift"}
"""What a layer has beside a parameter, by their names in a lane."""


BRANCHES = {
    "shake_shake": Purpose.SHAKE_SHAKE,
    "stochastic_depth": Purpose.STOCHASTIC_DEPTH,
    "shake_drop": Purpose.SHAKE_DROP,
}


@dataclass
class Course:
    """What a training has come to: parameters by name and the training loss after each epoch, and the score."""

    parameters: list
    losses: list
    score: float


@pytest.fixture(autouse=True)
def torch_as_it_was():
    yield
    torch.set_default_dtype(torch.float32)


class Task:
    """A study on one fold, and everything that scripts and lanes of it have in common."""

    def __init__(self, study, path, dataset=None):
        self.study, self.dataset = study, dataset
        (self.fold,) = dealt(study, Table.open(path, study.dataset), (WHERE,))
        self.problem = Problem.of(study, path, torch.device("cpu"), only=(WHERE,))
        self.rows = self.problem.rows.counts[0]

    def script(self, kinds):
        """The script of these kinds, with their strengths."""
        always = tuple(FixedRegularizer(kind=kind, strengths=strengths) for kind, strengths in kinds.items())
        study = self.study.model_copy(update={"always": always})
        return snippet(study, Setting(regularizer="none", learning_rate=RATE), self.dataset)

    def structured(self, kinds):
        """The problem of lanes of these kinds."""
        return self.problem.structured(self.study, structure_of(kinds))

    def lanes(self, mixes):
        """The courses of lanes of these mixes; those of one structure are trained together."""
        courses = [None] * len(mixes)
        for structure in {structure_of(kinds) for kinds in mixes}:
            alike = [index for index, kinds in enumerate(mixes) if structure_of(kinds) == structure]
            for index, course in zip(alike, self.cohort([mixes[index] for index in alike]), strict=True):
                courses[index] = course
        return courses

    def cohort(self, mixes):
        """The courses of lanes of one structure."""
        problem = self.structured(mixes[0])
        lanes = [Lane(trial, WHERE, RATE, kinds) for trial, kinds in enumerate(mixes)]
        cohort, state = Cohort(problem, lanes), Cohort.begin(problem, lanes)
        courses = [Course([], [], 0.0) for _ in mixes]
        x, y = problem.rows.x[0, : self.rows], problem.rows.y[0, : self.rows]
        for epoch in range(problem.epochs):
            state = cohort.train(state, (epoch + 1) * problem.steps_per_epoch)
            for index, course in enumerate(courses):
                theta = state.theta[index : index + 1]
                course.parameters.append(named(problem, theta))
                outputs = torch.from_numpy(forward(problem, theta, lanes[index], x.numpy())).unsqueeze(0)
                course.losses.append(row_losses(outputs, y.unsqueeze(0), problem.task).mean().item())
        for course, scored in zip(courses, evaluate(problem, state), strict=True):
            course.score = scored.score
        return courses


def named(problem, theta):
    """The parameters in a lane's row, in the shapes that PyTorch has them in."""
    views = problem.layout.views(theta)
    return {p.name: shaped(p, views[p.name][0]).clone() for p in problem.model.parameters}


def shaped(p, held):
    own = held[tuple(slice(size) for size in p.shape)]
    if p.name.startswith("weight"):
        return own.T
    return own[0] if p.name.startswith("bias") else own


class Walk(Sites):
    """A forward pass of a lane: the names of its parameters and the numbers of its activations, as they come by."""

    def __init__(self, problem):
        self.activations, self.names = [], []
        views = problem.layout.views(torch.zeros(1, problem.layout.columns, dtype=torch.float64))
        reads = []

        class Read(dict):
            def __getitem__(self, name):
                reads.append(name)
                return super().__getitem__(name)

        problem.model.forward(Read(views), problem.rows.x[:, :2], self)
        beside = {f"{name}{i}": f"{other}{i}" for name, other in BESIDE.items() for i in range(len(views))}
        for name in dict.fromkeys(reads):
            if name not in beside.values():
                self.names += [each for each in (name, beside.get(name)) if each in views]

    def activate(self, hidden, site):
        self.activations.append(site)
        return hidden


class LaneDraws:
    """Stands in for torch's generator: gives a script what the lane draws, and checks what it asks for."""

    def __init__(self, task, kinds):
        self.task, self.kinds, self.problem = task, kinds, task.structured(kinds)
        self.draws, self.walk = self.problem.draws, Walk(self.problem)
        self.names, self.places, self.course = {"__name__": "script"}, {}, Course([], [], 0.0)
        self.step, self.queue, self.sites = 0, deque(), {}
        self.begin_step()

    def begin_step(self):
        self.sites = dict.fromkeys([Purpose.ACTIVATION_NOISE, Purpose.GAUSSIAN_DROPOUT, "branch"], 0)
        if self.step < self.problem.epochs * self.problem.steps_per_epoch:
            self.queue = deque(self.expected())

    @property
    def counts(self):
        """Rows of the step, and how many the lane holds with its padding."""
        epoch, number = divmod(self.step, self.problem.steps_per_epoch)
        order = self.draws.permutation(WHERE, Purpose.BATCH_ORDER, epoch, self.task.rows)
        parts = np.array_split(order, self.problem.steps_per_epoch)
        longest = max(map(len, parts))
        return len(parts[number]), longest + -longest % 4

    def drawn(self, how, purpose, *shape, site=0):
        return torch.from_numpy(getattr(self.draws, how)(WHERE, purpose, site, self.step, shape)).double()

    def expected(self):
        """What a step asks for in front of its passes, in order: what, of which shape, and the answer."""
        epoch, number = divmod(self.step, self.problem.steps_per_epoch)
        if number == 0:
            order = self.draws.permutation(WHERE, Purpose.BATCH_ORDER, epoch, self.task.rows)
            yield "epoch", (self.task.rows,), torch.from_numpy(order)
        for kind in sorted(self.kinds, key=list(CATALOGUE).index):
            if asks := getattr(self, f"of_{kind}", None):
                yield from asks(self.problem.shape, *self.counts, **self.kinds[kind])

    def of_input_dropout(self, shape, rows, held, rate):
        u = self.drawn("uniform", Purpose.INPUT_DROPOUT, held, shape.numbers)[:rows]
        yield "dropout", u.shape, u

    def of_input_noise(self, shape, rows, held, sigma):
        z = self.drawn("normal", Purpose.INPUT_NOISE, held, shape.numbers)[:rows]
        yield "randn_like", z.shape, z

    def of_cutout(self, shape, rows, held, ratio):
        if shape.image is None:
            u = self.drawn("uniform", Purpose.CUTOUT, held, shape.features)[:rows]
            yield "rand", u.shape, u
        else:
            for axis in range(len(shape.image) - 1):
                u = self.drawn("uniform", Purpose.CUTOUT, held, site=axis)[:rows].unsqueeze(1)
                yield "randint", u.shape, u

    def of_mixup(self, shape, rows, held, alpha):
        yield "beta", (), torch.tensor(betaincinv(alpha, alpha, self.drawn("uniform", Purpose.MIXUP).item()))
        yield self.partners(Purpose.MIXUP, rows)

    def of_cutmix(self, shape, rows, held, probability):
        mixes = self.drawn("uniform", Purpose.CUTMIX, site=0)
        yield "rand", (), mixes
        if mixes >= probability:
            return
        share = ("rand", (), self.drawn("uniform", Purpose.CUTMIX, site=1))
        if shape.image is None:
            order = self.drawn("uniform", Purpose.CUTMIX, shape.features, site=2).argsort(stable=True)
            yield "randperm", (shape.features,), order
            yield share
            yield self.partners(Purpose.CUTMIX, rows)
        else:
            yield share
            yield self.partners(Purpose.CUTMIX, rows)
            for axis in range(len(shape.image) - 1):
                yield "randint", (), self.drawn("uniform", Purpose.CUTMIX, site=2 + axis)

    def of_gradient_penalty(self, shape, rows, held, strength):
        z = self.drawn("normal", Purpose.GRADIENT_PENALTY, held, self.problem.model.outputs)[:rows]
        yield "randn", z.shape, z

    def partners(self, purpose, rows):
        return "randperm", (rows,), torch.from_numpy(self.draws.permutation(WHERE, purpose, self.step, rows))

    def take(self, what, shape):
        name, expected, answer = self.queue.popleft()
        assert (what, tuple(shape)) == (name, tuple(expected)), f"step {self.step}"
        return answer

    # what a script calls

    def randperm(self, n):
        if self.queue[0][0] == "epoch":
            if self.step:
                self.observe()
            return self.take("epoch", (n,))
        return self.take("randperm", (n,))

    def rand(self, *shape):
        if not self.queue:
            return self.of_branch(shape)
        return self.take("rand", shape[0] if shape and not isinstance(shape[0], int) else shape)

    def randn(self, *shape):
        return self.take("randn", shape)

    def randint(self, high, size):
        return (self.take("randint", size) * high).floor().long()

    def beta(self):
        return self.take("beta", ())

    def dropout(self, x, p=0.5, training=True, inplace=False):
        if not training or not self.places:
            return x
        if self.queue:
            return x * (self.take("dropout", x.shape) >= p) / (1 - p)
        if id(x) in self.places:
            factor = (self.drawn("uniform", Purpose.DROPCONNECT, self.problem.layout.weights) >= p) / (1 - p)
            return x * self.of_parameter(x, factor)
        return x * (self.of_site("uniform", Purpose.ACTIVATION_NOISE, x) >= p) / (1 - p)

    def randn_like(self, x):
        if self.queue:
            return self.take("randn_like", x.shape)
        if id(x) in self.places:
            return self.of_parameter(x, self.drawn("normal", Purpose.GRADIENT_NOISE, self.problem.layout.columns))
        return self.of_site("normal", Purpose.GAUSSIAN_DROPOUT, x)

    def get_rng_state(self):
        assert not self.queue
        return torch.tensor([self.step, *self.sites.values()])

    def set_rng_state(self, state):
        step, *sites = state.tolist()
        assert step == self.step
        self.sites = dict(zip(self.sites, sites, strict=True))

    def of_parameter(self, x, row):
        """A parameter's part of a draw for a whole lane."""
        whole = torch.zeros(1, self.problem.layout.columns, dtype=torch.float64)
        whole[0, : len(row)] = row
        return named(self.problem, whole)[self.places[id(x)]]

    def of_site(self, how, purpose, hidden):
        """The noise of hidden activations, whose units a lane rounds up, unless they are channels."""
        site = self.walk.activations[self.sites[purpose]]
        self.sites[purpose] += 1
        units = hidden[0].numel()
        units += 0 if hidden.ndim > 2 else -units % 4
        drawn = self.drawn(how, purpose, self.counts[1], units, site=site)
        return drawn[: len(hidden), : hidden[0].numel()].reshape(hidden.shape)

    def of_branch(self, shape):
        """The draws of a residual branch: a column for each row."""
        (purpose,) = (BRANCHES[kind] for kind in self.kinds if kind in BRANCHES)
        site, self.sites["branch"] = self.sites["branch"], self.sites["branch"] + 1
        *several, rows, one = shape
        assert (rows, one) == (self.counts[0], 1)
        return self.drawn("uniform", purpose, *several, self.counts[1], site=site)[..., :rows].unsqueeze(-1)

    def optimizer(self, make):
        """Make an optimizer, once the model has the lane's initial weights."""

        def made(parameters, **options):
            initial = named(self.problem, self.problem.layout.initial(self.draws, [WHERE], torch.float64))
            with torch.no_grad():
                for name, parameter in self.parameters():
                    parameter.copy_(initial[name])
                    self.places[id(parameter)] = name
            return make(parameters, **options)

        return made

    def parameters(self):
        """The parameters of the script's model by the names that they have in the lane."""
        layers = [module for module in self.names["model"].modules() if isinstance(module, LAYERS)]
        found = []
        for layer in layers:
            weight = layer.parametrizations.weight.original if hasattr(layer, "parametrizations") else layer.weight
            found += [weight, layer.bias] if hasattr(layer, "bias") else [weight]
        return list(zip(self.walk.names, found, strict=True))

    def observe(self):
        """Where the script stands at the end of an epoch."""
        model, task = self.names["model"], self.problem.task
        self.course.parameters.append({name: p.detach().clone() for name, p in self.parameters()})
        was = model.training
        self.names["take_moments"](model) if "batch_norm" in self.kinds else model.eval()
        with torch.no_grad():
            outputs = model(self.names["X_train"]).unsqueeze(0)
        model.train(was)
        y = self.problem.rows.y[:, : self.task.rows]
        self.course.losses.append(row_losses(outputs, y, task).mean().item())

    def stepped(self, *_):
        assert not self.queue
        self.step += 1
        self.begin_step()

    def run(self, script, monkeypatch):
        """Run a script as it stands; returns its course."""
        fold = self.task.fold
        with monkeypatch.context() as patch:
            for name in ("randperm", "rand", "randn", "randint", "randn_like", "get_rng_state", "set_rng_state"):
                patch.setattr(torch, name, getattr(self, name))
            patch.setattr(nn.functional, "dropout", self.dropout)
            patch.setattr(torch.distributions.Beta, "sample", self.beta)
            for name in ("SGD", "Adam", "AdamW"):
                patch.setattr(torch.optim, name, self.optimizer(getattr(torch.optim, name)))
            split = lambda *_, **__: (fold.train, fold.validation)  # noqa: E731
            patch.setattr(sklearn.model_selection, "train_test_split", split)
            hook = register_optimizer_step_post_hook(self.stepped)
            try:
                exec(compile(script, "script.py", "exec"), self.names)  # the script under test
            finally:
                hook.remove()
        assert self.step == self.problem.epochs * self.problem.steps_per_epoch
        self.observe()
        self.course.score = self.names["score"]
        return self.course


@pytest.fixture
def task_of(study_of, stored):
    """A small study in double precision."""

    def make(dataset="wine", optimizer="adam", **asked):
        rows = 32 if dataset == "wine" else 96
        asked.setdefault("training", {"epochs": 3, "batch_size": rows, "precision": "float64", "optimizer": optimizer})
        asked.setdefault("model", {"kind": "mlp", "hidden": [6, 5]})
        return Task(study_of(dataset, evaluation={"folds": 2}, regularizers=["none"], **asked), stored(dataset))

    return make


@pytest.fixture
def task_of_file(tmp_path, monkeypatch):
    """A small study on a file of the folder where its scripts run, in double precision."""

    def make(file, asked, optimizer="adam", **spec):
        table = tmp_path / "stored.parquet"
        dataset = ingest(tmp_path / file, table, ParseOptions(), file, Limits())
        name = file.rpartition(".")[0]
        kept = KeptData.model_validate({"id": name, **asked})
        roles = roles_of(kept, NamedDataset(name=name, created_at="2026-01-01T00:00:00Z", dataset=dataset))
        task = task_in(kept.task, roles, dataset)
        facts = facts_of(name, dataset, roles, task, count(table, dataset, roles, task))
        spec.setdefault("training", {"epochs": 2, "batch_size": 24, "precision": "float64", "optimizer": optimizer})
        told = {"dataset": {"id": name, **asked}, "regularizers": ["none"], "evaluation": {"folds": 2}, **spec}
        monkeypatch.chdir(tmp_path)
        return Task(resolve(StudySpec.model_validate(told), facts), table, dataset)

    return make


@pytest.fixture
def follows(monkeypatch):
    """Whether the scripts of these mixes train as the lanes of them do, epoch by epoch."""

    def check(task, mixes):
        for kinds, lane in zip(mixes, task.lanes(mixes), strict=True):
            script = LaneDraws(task, kinds).run(task.script(kinds), monkeypatch)
            tolerance = TORCH_CLIPS if "gradient_clipping" in kinds else {"rtol": 1e-9, "atol": 1e-9}
            for found, expected in zip(script.parameters, lane.parameters, strict=True):
                for name, value in expected.items():
                    allowed = tolerance | (ROUNDED if "batch_norm" in kinds and "bias" in name else {})
                    np.testing.assert_allclose(found[name], value, **allowed, err_msg=f"{name} of {kinds}")
            np.testing.assert_allclose(script.losses, lane.losses, **tolerance, err_msg=str(kinds))
            np.testing.assert_allclose(script.score, lane.score, **tolerance, err_msg=str(kinds))

    return check
