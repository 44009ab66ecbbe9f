"""A second objective and constraints as people read them."""

import re

from ridgeline.cli.verdict import print_verdict


def test_each_contender_has_its_measures_its_bounds_and_its_place_on_the_front(capsys, a_verdict, with_objectives):
    print_verdict(with_objectives(a_verdict("1")))
    lines = capsys.readouterr().out.splitlines()
    (head,) = (line for line in lines if "accuracy >= 0.9" in line)
    assert re.split(r"\s{2,}", head.strip()) == [
        "contender",
        "sparsity, 95 %",
        "accuracy, 95 %",
        "accuracy >= 0.9",
        "front",
    ]
    below = lines[lines.index(head) + 1 :]
    (chosen,) = (line for line in below if line.strip().startswith("l2 strength 0.01 *"))
    assert re.split(r"\s{2,}", chosen.strip())[1:] == ["0.25", "0.95 (0.92 to 0.98)", "holds (0.925)", "yes"]
    (none,) = (line for line in below if line.strip().startswith("none"))
    assert re.split(r"\s{2,}", none.strip()) == ["none", "-", "-", "not shown"]
    assert not any("constant prediction" in line for line in below)
