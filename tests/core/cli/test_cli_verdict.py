"""A verdict as people read it."""

from ridgeline.cli.verdict import print_verdict


def test_a_verdict_tells_each_finalist_what_is_recommended_and_what_it_rests_on(capsys, a_verdict) -> None:
    print_verdict(a_verdict("1"))
    told = capsys.readouterr().out
    (chosen,) = (line for line in told.splitlines() if line.strip().startswith("l2 strength 0.01 *"))
    for part in ("best", "0.4000 +- 0.0300", "-0.1000 (-0.1500 to -0.0500)", "100%, p 0.002 shown", "yes"):
        assert part in chosen
    (constant,) = (line for line in told.splitlines() if "constant prediction" in line)
    assert constant.split()[-1] == "-"
    assert "dropout rate" not in told
    assert "log_loss: lower is better; cross-validated on fresh folds and draws. 1 more were dropped" in told
    assert "Use l2 with strength 0.01." in told
    assert "Note: scores come from few rows." in told
    assert "It rests on a search of 8 of 8 trials." in told


def test_learning_rates_are_told_where_they_differ(capsys, a_verdict) -> None:
    verdict = a_verdict("1")
    first, *others = verdict.contenders
    faster = first.model_copy(update={"setting": first.setting.model_copy(update={"learning_rate": 0.01})})
    print_verdict(verdict.model_copy(update={"contenders": (faster, *others)}))
    assert "l2 strength 0.01, learning rate 0.01 *" in capsys.readouterr().out
