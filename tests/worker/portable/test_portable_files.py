"""A model file is the same for the same network, and one that is cut, packed or made up is refused unread."""

import io
import json
import pickle
import zipfile

import pytest
import safetensors.numpy

from ridgeline_worker.portable import Model, NoModel, unpack


@pytest.fixture(scope="module")
def kept(refitted):
    return refitted("iris", {"kind": "mlp", "hidden": [4]}, {"l2": {"strength": 0.01}})


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def joined(entries, compression=zipfile.ZIP_STORED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return held.getvalue()


def changed(manifest, **values):
    return json.dumps(json.loads(manifest) | values).encode()


def test_equal_networks_are_equal_files_that_say_what_they_are(kept):
    assert kept.make() == kept.files
    with zipfile.ZipFile(io.BytesIO(kept.files.model)) as file:
        told = json.loads(file.read("manifest.json"))
    assert (told["study"], told["targets"][0]["classes"]) == ("0123456789abcdef", ["setosa", "versicolor", "virginica"])
    length = int.from_bytes(kept.files.weights[:8], "little")
    metadata = json.loads(json.loads(kept.files.weights[8 : 8 + length])["__metadata__"]["ridgeline"])
    assert metadata["setting"]["strengths"] == {"l2.strength": 0.01}
    assert metadata["inputs"] == list(kept.model.manifest.places)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda whole, _: whole[: len(whole) // 2], "whole model file"),
        (lambda _, own: joined(own, zipfile.ZIP_DEFLATED), "manifest.json is compressed"),
        (lambda _, own: joined(own | {"more.pkl": pickle.dumps(1)}), "a zip of manifest.json, more.pkl"),
        (lambda _, own: joined(own | {"weights.safetensors": pickle.dumps([1] * 99)}), "whole model file"),
        (lambda _, own: joined(own | {"manifest.json": changed(own["manifest.json"], version=2)}), "of version 1"),
        (lambda _, own: joined(own | {"manifest.json": b"[" * 9999}), "whole model file"),
        (lambda _, own: joined(own | {"manifest.json": changed(own["manifest.json"], outputs=4)}), "of its own model"),
        (lambda _, own: joined(own | {"manifest.json": changed(own["manifest.json"], members=10**9)}), "of its own"),
        (lambda _, own: joined(own | {"preparation.safetensors": own["weights.safetensors"]}), "whole model file"),
        (
            lambda _, own: joined(own | {"weights.safetensors": _with_nan(own["weights.safetensors"])}),
            "finite numbers but got NaN",
        ),
    ],
)
def test_a_file_that_is_no_whole_model_is_refused(kept, spoil, rule):
    with pytest.raises(NoModel, match=rule):
        Model(*unpack(spoil(kept.files.model, parts(kept.files.model))))


def _with_nan(weights):
    tensors = safetensors.numpy.load(weights)
    tensors["0.bias"] = tensors["0.bias"] * float("nan")
    return safetensors.numpy.save(tensors)
