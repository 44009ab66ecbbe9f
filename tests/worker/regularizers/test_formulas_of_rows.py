"""What happens to rows and targets, against arithmetic and independent implementations."""

import numpy as np
import pytest
import torch
from scipy import stats

from ridgeline.kinds import CATALOGUE
from ridgeline_worker.regularizer import RowShape
from ridgeline_worker.regularizers import REGULARIZERS

ROWS = 40
TABLE = RowShape.of(["a", "b", "c", *("d" * 4), *("e" * 2)], classes=3)
CODES = RowShape.of(["a", "b", "c", "d", "e"], classes=3, numbers=3)
IMAGE = RowShape.of(range(2 * 8 * 6), classes=3, image=(2, 8, 6))
SERIES = RowShape.of(range(20), classes=0, image=(20,))


def rows(shape, lanes, held=None):
    x = torch.from_numpy(np.random.default_rng(7).normal(size=(ROWS, held or shape.width)))
    x[:, shape.width :] = 0
    return x.expand(lanes, -1, -1).clone()


def shares(lanes):
    return torch.nn.functional.one_hot(torch.arange(ROWS) % 3, 3).double().expand(lanes, -1, -1).clone()


def test_the_numbers_that_encode_a_category_are_one_feature():
    assert TABLE.feature.tolist() == [0, 1, 2, 3, 3, 3, 3, 4, 4]
    assert TABLE.features == 5


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_input_dropout_keeps_the_mean_within_three_standard_errors(noise, column, rate):
    x = torch.ones(1, ROWS, 5000, dtype=torch.float64)
    wide = RowShape.of(range(5000), classes=0)
    changed = REGULARIZERS["input_dropout"].changed(x, wide, noise(1, ROWS), {"rate": column(rate)})
    assert changed.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)])
    assert abs(changed.mean().item() - 1) < 3 * changed.std().item() / changed.numel() ** 0.5


def test_input_dropout_of_a_low_rate_keeps_what_a_higher_one_keeps(noise, column):
    x = rows(TABLE, 3)
    kept = REGULARIZERS["input_dropout"].changed(x, TABLE, noise(3, ROWS), {"rate": column(0.1, 0.5, 0.9)}) != 0
    assert (kept[2] <= kept[1]).all()
    assert (kept[1] <= kept[0]).all()


def test_input_noise_is_sigma_times_a_normal_and_leaves_filling_alone(noise, column):
    x = rows(TABLE, 2, held=12)
    changed = REGULARIZERS["input_noise"].changed(x, TABLE, noise(2, ROWS), {"sigma": column(0.5, 2.0)})
    z = noise(2, ROWS).normal(ROWS, 9)
    assert torch.allclose(changed[0, :, :9], x[0, :, :9] + 0.5 * z[0])
    assert torch.allclose(changed[1, :, :9], x[1, :, :9] + 2.0 * z[1])
    assert (changed[:, :, 9:] == 0).all()


@pytest.mark.parametrize("ratio", [0.05, 0.2, 0.4, 0.6, 0.99])
def test_cutout_erases_an_exact_count_of_whole_features_of_each_row(noise, column, ratio):
    x = rows(TABLE, 1, held=12)
    changed = REGULARIZERS["cutout"].changed(x, TABLE, noise(1, ROWS), {"ratio": column(ratio)})
    gone = changed[0, :, :9] == 0
    per_feature = torch.stack([gone[:, TABLE.feature == feature].all(1) for feature in range(5)], 1)
    assert (per_feature.sum(1) == max(1, int(5 * ratio + 1e-9))).all()
    assert torch.equal(per_feature[:, TABLE.feature], gone)
    assert torch.equal(changed[0, :, :9][~gone], x[0, :, :9][~gone])


def test_cutout_of_a_tenth_of_30_columns_erases_3_in_single_precision(noise):
    shape = RowShape.of(range(30), classes=0)
    x = torch.ones(1, ROWS, 32)
    source = noise(1, ROWS, dtype=torch.float32)
    changed = REGULARIZERS["cutout"].changed(x, shape, source, {"ratio": torch.tensor([[0.1]])})
    assert ((changed[0, :, :30] == 0).sum(1) == 3).all()


@pytest.mark.parametrize(
    ("shape", "ratio", "sides"), [(IMAGE, 0.25, (4, 3)), (SERIES, 0.25, (5,)), (IMAGE, 0.001, (1, 1))]
)
def test_cutout_erases_a_patch_of_an_array_in_all_channels(noise, column, shape, ratio, sides):
    x = rows(shape, 1)
    changed = REGULARIZERS["cutout"].changed(x, shape, noise(1, ROWS), {"ratio": column(ratio)})
    gone = (changed[0] == 0).view(ROWS, *shape.image).numpy()
    starts = set()
    for row in gone:
        places = np.argwhere(row[0])
        low, high = places.min(0), places.max(0) + 1
        assert tuple(high - low) == sides
        assert len(places) == np.prod(sides)
        assert (row == row[0]).all()
        starts.add(tuple(low))
    assert len(starts) > 3


def test_mixup_mixes_rows_and_targets_by_one_share_a_step(noise, column):
    x, targets, alphas = rows(TABLE, 3), shares(3), (0.05, 0.2, 2.0)
    source = noise(3, ROWS)
    new_x, new_targets = REGULARIZERS["mixup"].changed(x, targets, TABLE, source, {"alpha": column(*alphas)})
    u, partners = source.uniform()[0].item(), source.partners()[0]
    for lane, alpha in enumerate(alphas):
        b = stats.beta(alpha, alpha).ppf(u)
        kept = max(b, 1 - b)
        assert torch.allclose(new_x[lane], kept * x[lane] + (1 - kept) * x[lane][partners])
        assert torch.allclose(new_targets[lane], kept * targets[lane] + (1 - kept) * targets[lane][partners])
        assert torch.allclose(new_targets[lane].sum(1), torch.ones(ROWS, dtype=torch.float64))


def test_mixup_mixes_numbers_too(noise, column):
    x, y = rows(SERIES, 1), torch.arange(ROWS, dtype=torch.float64).unsqueeze(0)
    source = noise(1, ROWS)
    _, new_y = REGULARIZERS["mixup"].changed(x, y, SERIES, source, {"alpha": column(1.0)})
    b = source.uniform()[0].item()
    kept = max(b, 1 - b)
    assert torch.allclose(new_y[0], kept * y[0] + (1 - kept) * y[0][source.partners()[0]])


@pytest.mark.parametrize("seed", range(6))
def test_cutmix_swaps_whole_features_and_mixes_targets_by_the_share_kept(noise, column, seed):
    x, targets, source = rows(TABLE, 1, held=12), shares(1), noise(1, ROWS, seed)
    new_x, new_targets = REGULARIZERS["cutmix"].changed(x, targets, TABLE, source, {"probability": column(1.0)})
    partner = x[0][source.partners()[0]]
    count = max(1, int(5 * source.uniform(site=1)[0].item()))
    others = [row for row in range(ROWS) if source.partners()[0, row] != row]
    swapped = (new_x[0] == partner)[others][:, :9].all(0)
    features = {int(feature) for feature in TABLE.feature[swapped]}
    assert len(features) == count
    assert int(swapped.sum()) == sum(int((TABLE.feature == feature).sum()) for feature in features)
    assert torch.equal(new_x[0, :, :9][:, ~swapped], x[0, :, :9][:, ~swapped])
    kept = 1 - count / 5
    assert torch.allclose(new_targets[0], kept * targets[0] + (1 - kept) * targets[0][source.partners()[0]])


@pytest.mark.parametrize("seed", range(6))
def test_cutmix_swaps_a_patch_of_an_image(noise, column, seed):
    x, targets, source = rows(IMAGE, 1), shares(1), noise(1, ROWS, seed)
    new_x, new_targets = REGULARIZERS["cutmix"].changed(x, targets, IMAGE, source, {"probability": column(1.0)})
    moved = (new_x != x)[0].any(0).view(2, 8, 6)
    side = (1 - source.uniform(site=1)[0].item()) ** 0.5
    assert torch.equal(moved[0], moved[1])
    assert int(moved[0].sum()) == max(1, round(8 * side)) * max(1, round(6 * side))
    kept = 1 - int(moved[0].sum()) / 48
    assert torch.allclose(new_targets[0], kept * targets[0] + (1 - kept) * targets[0][source.partners()[0]])


def test_cutmix_mixes_a_step_where_the_draw_is_below_the_probability(noise, column):
    u = noise(1, ROWS).uniform(site=0)[0].item()
    x, targets = rows(TABLE, 2), shares(2)
    probabilities = column(u - 1e-6, u + 1e-6)
    new_x, _ = REGULARIZERS["cutmix"].changed(x, targets, TABLE, noise(2, ROWS), {"probability": probabilities})
    assert torch.equal(new_x[0], x[0])
    assert not torch.equal(new_x[1], x[1])


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5])
def test_label_smoothing_is_that_of_pytorch(noise, column, epsilon):
    classes, outputs = torch.arange(ROWS) % 3, torch.randn(ROWS, 3, dtype=torch.float64)
    _, smoothed = REGULARIZERS["label_smoothing"].changed(
        rows(TABLE, 1), shares(1), TABLE, noise(1, ROWS), {"epsilon": column(epsilon)}
    )
    expected = torch.nn.functional.cross_entropy(outputs, classes, label_smoothing=epsilon)
    assert torch.allclose(torch.nn.functional.cross_entropy(outputs, smoothed[0]), expected)


def test_label_smoothing_of_two_classes_is_that_of_two_logits(noise, column):
    shape = RowShape.of(range(3), classes=2)
    y = (torch.arange(ROWS) % 2).double().unsqueeze(0)
    z = torch.randn(1, ROWS, dtype=torch.float64)
    _, smoothed = REGULARIZERS["label_smoothing"].changed(
        rows(shape, 1), y, shape, noise(1, ROWS), {"epsilon": column(0.2)}
    )
    two = torch.stack([torch.zeros_like(z[0]), z[0]], 1)
    expected = torch.nn.functional.cross_entropy(two, y[0].long(), label_smoothing=0.2)
    assert torch.allclose(torch.nn.functional.binary_cross_entropy_with_logits(z, smoothed), expected)


@pytest.mark.parametrize("kind", ["input_dropout", "input_noise", "mixup", "cutout", "cutmix"])
def test_codes_of_categories_stay_codes(noise, column, kind):
    """They are erased as unknown, swapped, or left; none is scaled, blurred or mixed."""
    x = rows(CODES, 1, held=8)
    x[..., 3:5] = torch.from_numpy(np.random.default_rng(0).integers(0, 4, (ROWS, 2))).double()
    regularizer, (name,) = REGULARIZERS[kind], CATALOGUE[kind].bounds
    asked = {name: column(0.6)}
    if kind in {"mixup", "cutmix"}:
        changed, _ = regularizer.changed(x, shares(1), CODES, noise(1, ROWS, seed=3), asked)
    else:
        changed = regularizer.changed(x, CODES, noise(1, ROWS), asked)
    assert not torch.equal(changed, x)
    assert set(changed[..., 3:5].unique().tolist()) <= {-1.0, 0.0, 1.0, 2.0, 3.0}
    assert (changed[..., 5:] == 0).all()
    assert ((changed[..., 3:5] == -1).any()) == (kind == "cutout")
