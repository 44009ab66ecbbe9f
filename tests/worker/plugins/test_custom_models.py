"""Models of an operator's own package: published, refused, trained in cohorts."""

import math

import pytest
import torch

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Custom
from ridgeline_worker.models import Sites, build
from ridgeline_worker.models.model import Role
from ridgeline_worker.models.registered import Unfit
from ridgeline_worker.plugins import published
from ridgeline_worker.training import Draws, Evaluation, Layout, Purpose

TABLE = Inputs(numbers=13)
IMAGE = Inputs(numbers=42, shape=(7, 6))


@pytest.fixture
def models(installed):
    installed({"wide": "Wide", "pictures": "Pictures", "biases": "Biases"})


@pytest.fixture
def wide(models):
    return build(Custom(name="wide", config={"hidden": 5}), TABLE, 3)


def test_no_static_kind_changes_a_custom_model(models):
    with pytest.raises(Unfit, match="must stay as it is but got batch_norm"):
        build(Custom(name="wide", config={"hidden": 5}), TABLE, 3, frozenset({"batch_norm"}))


class TestPublished:
    def test_a_model_is_told_with_its_package_its_line_and_its_options(self, models):
        found = {model.name: model for model in published()}
        assert sorted(found) == ["biases", "pictures", "wide"]
        assert found["wide"].package == "acme-nets 1.2.3"
        assert found["wide"].description == "Two paths, one of them deep."
        assert found["wide"].options["properties"]["hidden"]["default"] == 7
        assert found["wide"].options["additionalProperties"] is False

    def test_kinds_that_have_nothing_to_act_on_are_refused_with_the_reason(self, models):
        refuses = {model.name: model.refuses for model in published()}
        assert set(refuses["wide"]) == {"activity"}
        assert set(refuses["pictures"]) == {"dropout", "gaussian_dropout", "activity"}
        assert "nn.Dropout" in refuses["pictures"]["dropout"]
        assert {"l1", "l2", "weight_decay", "group_lasso", "max_norm", "dropconnect", "dropout"} <= set(
            refuses["biases"]
        )
        assert not {"none", "mixup", "sam", "ema"} & set(refuses["biases"])
        assert "no weights" in refuses["biases"]["l2"]

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("BatchNorm", "norm.running_mean"),
            ("Mixing", "each row by itself"),
            ("Random", "equal outputs for equal rows"),
            ("Unseeded", "layer.weight differed"),
            ("Frozen", "require a gradient"),
            ("Detached", "pass a gradient"),
            ("Double", "extra"),
            ("Narrow", "gave torch.Size([8])"),
            ("Needy", "examples"),
            ("NoConfig", "class Config"),
            ("function", "class of torch.nn.Module"),
            ("Absent", "importable"),
        ],
    )
    def test_a_model_that_lanes_cannot_train_is_left_out_and_the_log_says_why(self, installed, capsys, name, told):
        installed({"fine": "Wide", "bad": name})
        assert [model.name for model in published()] == ["fine"]
        (line,) = [line for line in capsys.readouterr().out.splitlines() if "model.refused" in line]
        assert told in line
        assert "bad" in line

    def test_without_plugins_nothing_is_published(self):
        assert published() == ()

    def test_a_name_that_two_packages_give_is_refused(self, installed, tmp_path):
        installed({"wide": "Wide"})
        second = tmp_path / "site" / "other-2.0.dist-info"
        second.mkdir()
        (second / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 2.0\n")
        (second / "entry_points.txt").write_text("[ridgeline.models]\nwide = acme_nets:Wide\n")
        assert published() == ()
        with pytest.raises(Unfit, match=r"acme-nets 1\.2\.3, other 2\.0"):
            build(Custom(name="wide"), TABLE, 1)


class TestLanes:
    """The same promises as of the built-in models."""

    @pytest.mark.parametrize("precision", ["float32", "float64"])
    @pytest.mark.parametrize("batch_size", [37, 20])
    def test_a_lane_alone_equals_its_lane_in_a_cohort(
        self, models, custom_problem, lanes_of, trained, precision, batch_size
    ):
        problem = custom_problem("wide", {"hidden": 5}, training={"batch_size": batch_size, "precision": precision})
        kinds = [{}, {"l2": {"strength": 0.01}}, {"dropout": {"rate": 0.4}}, {"l1": {"strength": 0.001}}]
        lanes = lanes_of(problem, [*kinds, {"weight_decay": {"tau": 3.0}}])
        state, scores = trained(problem, lanes, 6)
        for index in (0, 3, 7, 11, 12, 14, 19, 24):
            alone, score = trained(problem, [lanes[index]], 6)
            assert torch.equal(alone.theta[0], state.theta[index])
            assert score[0] == scores[index]

    def test_every_kind_is_none_at_its_neutral_strength(self, models, custom_problem, lanes_of, trained):
        problem = custom_problem("wide", {})
        neutral = [
            {kind: {n: math.inf if b.neutral is None else b.neutral for n, b in declared.bounds.items()}}
            for kind, declared in CATALOGUE.items()
            if kind != "none"
        ]
        state, _ = trained(problem, lanes_of(problem, [{}, *neutral]), 4)
        folds = len(problem.evaluations)
        for start in range(folds, folds * (len(neutral) + 1), folds):
            assert torch.equal(state.theta[start : start + folds], state.theta[:folds])

    def test_a_lane_gives_what_the_module_gives(self, wide):
        layout = Layout(wide)
        theta = layout.initial(Draws(3), [Evaluation(0, 0), Evaluation(0, 1)], torch.float32)
        rows = torch.randn(2, 8, 16)
        outputs = wide.forward(layout.views(theta), rows, Sites())
        for lane, fold in enumerate((0, 1)):
            network = wide._built(seed=Draws(3).integer(Evaluation(0, fold), Purpose.INITIAL_WEIGHTS))
            network.shift.copy_(wide._built(seed=0).shift)
            assert torch.equal(outputs[lane], network(rows[lane, :, :13].contiguous()))

    def test_initial_values_are_its_own_by_the_seed_and_equal_in_all_lanes_of_an_evaluation(self, wide):
        layout = Layout(wide)
        before = torch.get_rng_state()
        evaluations = [Evaluation(0, 0), Evaluation(0, 1), Evaluation(0, 0)]
        first, other, again = layout.initial(Draws(1), evaluations, torch.float64)
        assert torch.equal(first, again)
        assert not torch.equal(first, other)
        assert not torch.equal(first, layout.initial(Draws(2), evaluations, torch.float64)[0])
        assert torch.equal(torch.get_rng_state(), before)
        bound = layout.views(first[None])["first.weight"].abs().max()
        assert 0.8 * 13**-0.5 < bound <= 13**-0.5

    def test_penalties_touch_its_matrices_and_neither_biases_nor_normalizations(self, wide):
        roles = {p.name: p.role for p in Layout(wide).parameters}
        assert roles == {
            "wide.weight": Role.WEIGHT,
            "first.weight": Role.WEIGHT,
            "last.weight": Role.WEIGHT,
            "norm.weight": Role.NORMALIZATION,
            "norm.bias": Role.NORMALIZATION,
            "scale.weight": Role.NORMALIZATION,
            "scale.bias": Role.NORMALIZATION,
            "first.bias": Role.BIAS,
            "last.bias": Role.BIAS,
        }
        assert Layout(wide).weights == 13 * 3 + 13 * 5 + 5 * 3

    def test_dropout_acts_at_each_call_of_its_nn_dropout_with_the_rate_of_the_lane(self, wide):
        layout = Layout(wide)
        theta = layout.initial(Draws(0), [Evaluation(0, 0)] * 2, torch.float64)
        rows = torch.randn(1, 8, 16, dtype=torch.float64).expand(2, -1, -1)
        sites = []

        class Drop(Sites):
            def activate(self, hidden, site):
                sites.append((site, tuple(hidden.shape)))
                return hidden * torch.tensor([[[1.0]], [[0.0]]], dtype=hidden.dtype)

        kept, dropped = wide.forward(layout.views(theta), rows, Drop())
        assert sites == [(0, (2, 8, 5)), (1, (2, 8, 5))]
        views = layout.views(theta)
        torch.testing.assert_close(dropped, rows[1, :, :13] @ views["wide.weight"][1].T + views["last.bias"][1])
        assert not torch.allclose(kept, dropped)

    def test_a_convolution_of_an_operator_trains_on_images(self, models):
        pictures = build(Custom(name="pictures", config={"channels": 3}), IMAGE, 2)
        layout = Layout(pictures)
        theta = layout.initial(Draws(0), [Evaluation(0, i) for i in range(3)], torch.float32).requires_grad_()
        outputs = pictures.forward(layout.views(theta), torch.randn(3, 8, 44), Sites())
        assert outputs.shape == (3, 8, 2)
        (gradient,) = torch.autograd.grad(outputs.square().sum(), theta)
        assert gradient[:, : layout.weights].any(dim=1).all()

    def test_a_config_that_the_class_refuses_fails_with_the_reason(self, models):
        with pytest.raises(Unfit, match="hidden"):
            build(Custom(name="wide", config={"hidden": 0}), TABLE, 1)

    def test_a_model_that_is_not_installed_fails_with_the_reason(self):
        with pytest.raises(Unfit, match="in one package but got none"):
            build(Custom(name="nowhere"), TABLE, 1)
