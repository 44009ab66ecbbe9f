"""What static kinds do to a model: what they add, and what they leave as it was."""

import pytest
import torch

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import MODELS, Conv2d, Encoding, Mlp, ResidualMlp, parameter_count
from ridgeline_worker.models import Sites, build
from ridgeline_worker.models.model import Role
from ridgeline_worker.training import Draws, Evaluation, Layout

MIXED = Inputs(numbers=5, categories=(3, 11))
IMAGE = Inputs(numbers=126, shape=(2, 9, 7))
CASES = {
    "mlp": (Mlp(hidden=(6, 9, 9, 9, 4), categories=Encoding.EMBEDDING), MIXED),
    "residual": (ResidualMlp(width=7, blocks=2, categories=Encoding.EMBEDDING), MIXED),
    "conv2d": (Conv2d(channels=(3, 5), hidden=(6,)), IMAGE),
}
STRUCTURES = [
    (case, frozenset(kinds))
    for case in CASES
    for kinds in (
        ["batch_norm"],
        ["layer_norm"],
        *([] if case == "conv2d" else [["skip", "shake_shake"], ["skip", "shake_shake", "batch_norm"]]),
    )
]


def layout_of(case, structure=frozenset()):
    spec, inputs = CASES[case]
    return Layout(build(spec, inputs, 3, structure))


def in_order(value):
    """An id that is the same in every process."""
    return "+".join(sorted(value)) if isinstance(value, frozenset) else str(value)


@pytest.mark.parametrize(("case", "structure"), STRUCTURES, ids=in_order)
class TestStructures:
    def test_the_declared_layers_count_exactly_its_parameters(self, case, structure) -> None:
        (spec, inputs), layout = CASES[case], layout_of(case, structure)
        layers = spec.layers(inputs, 3, structure)
        weights = sum(p.own_size for p in layout.parameters if p.role is Role.WEIGHT)
        assert weights == sum(layer.weights for layer in layers)
        assert sum(p.own_size for p in layout.parameters) == parameter_count(layers)

    def test_what_it_shares_with_the_plain_model_starts_the_same(self, case, structure) -> None:
        where = [Evaluation(0, 0), Evaluation(0, 1)]
        plain, structured = layout_of(case), layout_of(case, structure)
        before = plain.views(plain.initial(Draws(0), where, torch.float64))
        after = structured.views(structured.initial(Draws(0), where, torch.float64))
        assert before.keys() < after.keys()
        assert all(torch.equal(after[name], held) for name, held in before.items())

    def test_gains_start_at_one_shifts_at_zero_and_twins_with_values_of_their_own(self, case, structure) -> None:
        layout = layout_of(case, structure)
        views = layout.views(layout.initial(Draws(0), [Evaluation(0, 0)], torch.float64))
        for p in layout.parameters:
            own = views[p.name][0][tuple(slice(size) for size in p.shape)]
            if p.role is Role.NORMALIZATION:
                assert (own == (1.0 if p.name.startswith("gain") else 0.0)).all()
                assert layout.real().sum() == sum(q.own_size for q in layout.parameters)
            elif p.is_added:
                assert own.abs().max() <= p.bound
                others = [q for q in layout.parameters if q.shape == p.shape and q is not p]
                assert all(not torch.equal(views[q.name], views[p.name]) for q in others)

    def test_twins_start_the_same_whatever_else_is_on(self, case, structure) -> None:
        layout, alone = layout_of(case, structure), layout_of(case, structure - {"batch_norm"})
        one = layout.views(layout.initial(Draws(0), [Evaluation(0, 0)], torch.float64))
        other = alone.views(alone.initial(Draws(0), [Evaluation(0, 0)], torch.float64))
        assert all(torch.equal(one[name], held) for name, held in other.items())


def test_every_built_in_model_counts_nothing_more_without_static_kinds() -> None:
    for model in MODELS.values():
        spec = model()
        inputs = Inputs(numbers=64, shape=(8, 8)) if model.__name__.startswith("Conv") else Inputs(numbers=5)
        assert spec.layers(inputs, 2, frozenset()) == spec.layers(inputs, 2)


def test_skip_goes_around_layers_as_wide_as_the_one_before_and_no_others() -> None:
    class Noted(Sites):
        def __init__(self):
            self.branches = []

        def add(self, hidden, added, branch):
            self.branches.append((branch.number, branch.branches, branch.depth))
            return super().add(hidden, added, branch)

    sites, layout = Noted(), layout_of("mlp", frozenset({"skip"}))
    theta = layout.initial(Draws(0), [Evaluation(0, 0)], torch.float32)
    layout.model.forward(layout.views(theta), torch.zeros(1, 4, 8), sites)
    assert sites.branches == [(0, 2, 0.5), (1, 2, 1.0)]
