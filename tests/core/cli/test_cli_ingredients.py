"""The ingredients of a cocktail as people read them."""

from ridgeline.cli.ingredients import print_ingredients


def test_each_ingredient_is_a_row_with_what_it_does(capsys, some_ingredients) -> None:
    print_ingredients(some_ingredients("1"))
    told = capsys.readouterr().out
    lines = {line.split()[0]: line for line in told.splitlines() if line.strip()}
    for kind, parts in {
        "dropout": ("rate 0.2", "+0.1000 (+0.0500 to +0.1500)", "0.003", "shown"),
        "skip": ("skip (with shake_drop)", " on ", "-0.1000 (-0.1500 to -0.0500)", "hurts"),
        "l2": ("strength 0.01", "(only screened: +0.0100)"),
    }.items():
        for part in parts:
            assert part in lines[kind]
    assert lines["l2"].split()[-2:] == ["-", "-"]
    assert "positive means that it helps" in told
    assert "Dropout helps." in told


def test_without_a_winner_there_is_the_paragraph_alone(capsys, some_ingredients) -> None:
    view = some_ingredients("1").model_copy(update={"winner": None, "ingredients": (), "paragraph": "Nothing won."})
    print_ingredients(view)
    assert capsys.readouterr().out == "Nothing won.\n"
