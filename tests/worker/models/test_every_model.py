"""What every model promises, whatever its layers."""

from dataclasses import dataclass

import pytest
import torch

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import MODELS as DECLARED
from ridgeline.spec.models import AnyModel, Conv1d, Conv2d, Encoding, Linear, Mlp, ResidualMlp, parameter_count
from ridgeline_worker.models import MODELS
from ridgeline_worker.models.model import Role

TABLE = Inputs(numbers=13)
MIXED = Inputs(numbers=5, categories=(3, 11))
WORDS = Inputs(numbers=0, categories=(7,))
SERIES = Inputs(numbers=37, shape=(37,))
IMAGE = Inputs(numbers=126, shape=(2, 9, 7))


@dataclass(frozen=True)
class Case:
    name: str
    spec: AnyModel
    inputs: Inputs
    outputs: int
    sites: int
    """Places where hidden activations are regularized."""


CASES = [
    Case("linear", Linear(), TABLE, 1, 0),
    Case("linear_one_hot", Linear(), MIXED, 3, 0),
    Case("mlp", Mlp(hidden=(37, 5)), TABLE, 3, 2),
    Case("mlp_even", Mlp(hidden=(16, 16)), Inputs(numbers=8), 4, 2),
    Case("mlp_gelu", Mlp(hidden=(7,), activation="gelu"), MIXED, 1, 1),
    Case("mlp_embedding", Mlp(hidden=(9, 6), activation="tanh", categories=Encoding.EMBEDDING), MIXED, 2, 2),
    Case("mlp_embedding_alone", Mlp(hidden=(5,), categories=Encoding.EMBEDDING), WORDS, 1, 1),
    Case("residual", ResidualMlp(width=11, blocks=3, expansion=3), TABLE, 3, 4),
    Case("residual_embedding", ResidualMlp(width=6, activation="silu", categories=Encoding.EMBEDDING), MIXED, 1, 3),
    Case("conv1d", Conv1d(channels=(5, 7), kernel_size=3, hidden=(9,)), SERIES, 3, 3),
    Case("conv1d_channels", Conv1d(channels=(6,), pool=3, hidden=(), shape=(2, 15)), Inputs(numbers=30), 1, 1),
    Case("conv2d", Conv2d(channels=(3, 5), hidden=(6,), activation="tanh"), IMAGE, 2, 3),
    Case("conv2d_even", Conv2d(channels=(4,), hidden=(8,), pool=1), Inputs(numbers=64, shape=(1, 8, 8)), 4, 2),
]


def test_every_declared_model_has_an_implementation_and_is_tried_here() -> None:
    assert set(MODELS) - {"custom"} == set(DECLARED) == {case.spec.kind for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
class TestEveryModel:
    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
    @pytest.mark.parametrize("batch", [22, 37])
    def test_a_lane_alone_equals_its_lane_in_a_cohort(self, case, trainer, one, batch, dtype) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, dtype, batch=batch)
        lanes = [one(i % 3, (0.05, 0.02)[i % 2], (0.0, 0.4)[i // 5 % 2]) for i in range(11)]
        together = ours.trained(lanes)
        assert torch.isfinite(together).all()
        for size in (1, 5):
            for start in range(0, len(lanes), size):
                alone = ours.trained(lanes[start : start + size])
                assert torch.equal(alone, together[start : start + size])

    def test_its_gradient_is_that_of_the_same_network_in_plain_pytorch(self, case, trainer, one, plain, pairs) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float64)
        lanes = [one(fold) for fold in range(3)]
        theta = ours.initial(lanes)
        gradient = ours.layout.views(ours.gradient(theta, lanes))
        for fold in range(3):
            network = plain(case.spec, case.inputs, case.outputs).double()
            together = pairs(network)
            views = ours.layout.views(theta)
            assert set(together) == {p.name for p in ours.layout.parameters}
            with torch.no_grad():
                for name, (parameter, of_ours) in together.items():
                    parameter.copy_(of_ours(views[name][fold], parameter.shape))
            outputs = network(ours.rows[fold, : ours.batch, : ours.width])
            (outputs - ours.targets[fold, : ours.batch]).square().sum(-1).mean().backward()
            for name, (parameter, of_ours) in together.items():
                found = of_ours(gradient[name][fold], parameter.shape)
                torch.testing.assert_close(found, parameter.grad, rtol=1e-9, atol=1e-12, msg=name)

    def test_the_declared_layers_count_exactly_its_parameters(self, case, trainer, plain) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float32)
        layers = case.spec.layers(case.inputs, case.outputs)
        sizes = {
            role: sum(torch.Size(p.shape).numel() for p in ours.model.parameters if p.role is role) for role in Role
        }
        assert sizes[Role.WEIGHT] == sum(layer.weights for layer in layers)
        assert sum(sizes.values()) == parameter_count(layers)
        network = plain(case.spec, case.inputs, case.outputs)
        assert parameter_count(layers) == sum(p.numel() for p in network.parameters())

    def test_evaluation_is_the_same_each_time_and_not_random(self, case, trainer, one) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float32)
        theta = ours.trained([one(0)])
        assert torch.equal(ours.evaluated(theta), ours.evaluated(theta))

    def test_dropout_acts_at_each_of_its_hidden_sites(self, case, trainer, one, acting) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float64)
        seen: list[int] = []

        def note(hidden, site):
            seen.append(site)
            return hidden

        theta = ours.initial([one(0)])
        ours.model.forward(ours.layout.views(theta), ours.rows[:1], acting(note))
        assert seen == list(range(case.sites))
        for dropped in range(case.sites):
            views = ours.layout.views(theta)
            dropping = acting(lambda h, site, dropped=dropped: h * (site != dropped))
            without = ours.model.forward(views, ours.rows[:1], dropping)
            assert not torch.allclose(without[0], ours.evaluated(theta))

    def test_what_alignment_adds_stays_zero(self, case, trainer, one) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float32)
        views = ours.layout.views(ours.trained([one(0, dropout=0.3), one(1)]))
        for p in ours.model.parameters:
            beyond = views[p.name].clone()
            beyond[:, *(slice(size) for size in p.shape)] = 0
            assert not beyond.any()

    def test_weights_are_what_multiplies_and_come_first(self, case, trainer, plain, pairs) -> None:
        """Penalties act on the first columns of a lane: weight matrices, filters and embeddings, never a bias."""
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float32)
        network = plain(case.spec, case.inputs, case.outputs)
        multiplies = {name for name, (parameter, _) in pairs(network).items() if parameter.ndim >= 2}
        roles = [p.role for p in ours.layout.parameters]
        assert roles == sorted(roles, key=lambda role: role is not Role.WEIGHT)
        assert {p.name for p in ours.layout.parameters if p.role is Role.WEIGHT} == multiplies

    def test_initial_values_fill_their_bounds(self, case, trainer, one) -> None:
        ours = trainer(case.spec, case.inputs, case.outputs, torch.float64)
        views = ours.layout.views(ours.initial([one(fold) for fold in range(3)]))
        for p in ours.model.parameters:
            own = views[p.name][:, *(slice(size) for size in p.shape)]
            assert own.abs().max() <= p.bound
            assert own.unique().numel() == own.numel()
            if own.numel() > 100:
                assert own.std() == pytest.approx(p.bound / 3**0.5, rel=0.15)


def test_a_category_that_is_unknown_is_zero_in_every_number_of_its_embedding(trainer, one) -> None:
    ours = trainer(
        Mlp(hidden=(5,), categories=Encoding.EMBEDDING), Inputs(numbers=0, categories=(7,)), 2, torch.float64
    )
    theta = ours.initial([one(0)])
    ours.rows[0, :, 0] = -1
    views = ours.layout.views(theta)
    expected = torch.relu(views["bias0"][0]) @ views["weight1"][0] + views["bias1"][0]
    torch.testing.assert_close(ours.evaluated(theta), expected[:, :2].expand(ours.rows.shape[1], -1))
    gradient = ours.layout.views(ours.gradient(theta, [one(0)]))
    assert not gradient["embedding0"].any()
