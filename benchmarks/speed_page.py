"""The page of speed: every figure of the benchmarks beside its target, where and when it was measured, and plots."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Kept = Mapping[str, Any]
"""A report, or one figure of it, as it is kept."""

HEAD = """# How fast is it?

Ridgeline beside what one would otherwise run, and where its time goes. Both sides of a comparison are measured in the
same run, in turn. A target that is missed stands here as it is.

This page and its plots are made of the figures in `benchmarks/results` by `python benchmarks/speed.py`;
`python -m benchmarks` measures them, on a machine that does nothing else.
"""


@dataclass(frozen=True)
class Section:
    """A benchmark on the page."""

    title: str
    plots: Mapping[str, str]
    """What each shows, by the name of its file."""


SECTIONS = {
    "answers": Section(
        "Time to an answer of equal quality",
        {"answers.svg": "Seconds until the answer is as good, by data set and side; no point: half never got there"},
    ),
    "answers_small": Section("Time to an answer of equal quality, a small part of it", {}),
    "trials": Section("Trials per second of a whole search", {}),
    "rungs": Section("Where trials are compared", {}),
    "throughput": Section(
        "Lane-steps per second, by shape",
        {
            "ratio.svg": "Times as fast as the plain loop, against width",
            "share.svg": "Share of the matrix-multiply peak, against width",
            "lanes.svg": "Lane-steps per second of 64-64 networks, against lanes trained together",
        },
    ),
    "throughput_gpu": Section(
        "Lane-steps per second on a GPU, by shape",
        {"lanes-gpu.svg": "Lane-steps per second of 64-64 networks on the GPU, against lanes trained together"},
    ),
    "profile_step": Section("Where the time of a step goes", {"step.svg": "What a step is spent on, by shape"}),
    "lanes": Section("Lane-steps per second on breast_cancer", {}),
    "kinds": Section("What each kind costs", {}),
    "service": Section("The service and the worker", {}),
    "growth": Section("Very many trials", {}),
    "pages": Section("The report of a study", {}),
}
"""In the order of the page; what else is kept follows under its own name."""


def reports(results: Path) -> dict[str, Kept]:
    """What is kept, in the order of the page; verdicts have a page of their own."""
    found = {path.stem: path for path in sorted(results.glob("*.json")) if not path.stem.startswith("verdict_")}
    order = [name for name in SECTIONS if name in found] + [name for name in found if name not in SECTIONS]
    return {name: json.loads(found[name].read_text(encoding="utf-8")) for name in order}


def section(name: str) -> Section:
    """Title and plots of a benchmark."""
    return SECTIONS.get(name) or Section(name.replace("_", " ").capitalize(), {})


def page(kept: Mapping[str, Kept]) -> str:
    """The page, from what is kept."""
    parts = [HEAD, "\n".join(_targets(kept)), *("\n".join(_part(name, report)) for name, report in kept.items())]
    return "\n".join(parts)


def _targets(kept: Mapping[str, Kept]) -> Iterator[str]:
    """How many targets are reached, and which are not."""
    aimed = {name: [each for each in report["figures"] if "target" in each] for name, report in kept.items()}
    missed = {name: [each for each in figures if not each["reached"]] for name, figures in aimed.items()}
    yield "## Targets\n"
    yield "| benchmark | targets | reached | missed |"
    yield "|---|---|---|---|"
    for name, figures in aimed.items():
        title, count = section(name).title, len(missed[name])
        yield f"| [{title}](#{_anchor(title)}) | {len(figures)} | {len(figures) - count} | {count} |"
    if any(missed.values()):
        yield "\nThose that are missed:\n"
        yield "| benchmark | figure | value | unit | target |"
        yield "|---|---|---|---|---|"
        for name, figures in missed.items():
            for each in figures:
                cells = (name.replace("_", " "), each["name"], f"{each['value']:g}", each["unit"], each["target"])
                yield f"| {' | '.join(cells)} |"
    yield ""


def _anchor(title: str) -> str:
    return "".join(letter for letter in title.lower().replace(" ", "-") if letter.isalnum() or letter in "-_")


def _part(name: str, report: Kept) -> Iterator[str]:
    told = section(name)
    yield f"## {told.title}\n"
    yield f"{report['measured'][:1].upper()}{report['measured'][1:]}.\n"
    yield f"{_circumstances(report)}\n"
    if "asked" in report:
        done = report["searches"]
        counted = [f"{done.get(name, 0)} of {asked} ({name})" for name, asked in report["asked"].items()]
        yield f"Searches: {'; '.join(counted)}.\n"
    for file, shown in told.plots.items():
        yield f"![{shown}](speed/{file})\n"
    single, table = _split(report["figures"])
    if single:
        yield from _listed(single)
        yield ""
    if table:
        yield from _by_case(table)
        yield ""


def _circumstances(report: Kept) -> str:
    """Where, when and with what it was measured."""
    machine, versions = report["machine"], report["versions"]
    size = " A quick run, which only shows that it runs." if report.get("quick") else ""
    load = report.get("load_before", {}).get("one_minute")
    settings = [
        f"{name.replace('_', ' ')} {'-'.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in report["settings"].items()
        if not isinstance(value, Mapping)
    ]
    told = [
        f"{report['date'][:16].replace('T', ' ')} UTC",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB",
        *([] if load is None else [f"load before it {load}"]),
        ", ".join(f"{library} {version}" for library, version in versions.items()),
        *([", ".join(settings)] if settings else []),
    ]
    return f"Measured: {'; '.join(told)}.{size}"


def _split(figures: Sequence[Kept]) -> tuple[list[Kept], dict[str, dict[str, Kept]]]:
    """Figures that stand alone, and those that are the same of several cases, such as `64-64: ratio`, by case."""
    cases: dict[str, dict[str, Kept]] = {}
    for figure in figures:
        case, apart, what = figure["name"].rpartition(": ")
        if apart:
            cases.setdefault(case, {})[what] = figure
    kinds = {tuple(case) for case in cases.values()}
    if len(cases) < 2 or len(kinds) > 1:
        return [*figures], {}
    return [figure for figure in figures if ": " not in figure["name"]], cases


def _listed(figures: Sequence[Kept]) -> Iterator[str]:
    yield "| figure | value | quartiles | unit | target | reached |"
    yield "|---|---|---|---|---|---|"
    for figure in figures:
        reached = {True: "yes", False: "**no**", None: ""}[figure.get("reached")]
        low_high = " to ".join(f"{end:g}" for end in figure.get("quartiles", ()))
        cells = (figure["name"], f"{figure['value']:g}", low_high, figure["unit"], figure.get("target", ""), reached)
        yield f"| {' | '.join(cells)} |"


def _by_case(cases: Mapping[str, Mapping[str, Kept]]) -> Iterator[str]:
    first = next(iter(cases.values()))
    heads = [f"{what} ({figure['unit']})" if figure["unit"] else what for what, figure in first.items()]
    yield f"| case | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for case, figures in cases.items():
        yield f"| {case} | {' | '.join(map(_cell, figures.values()))} |"


def _cell(figure: Kept) -> str:
    """A value; with a target also its quartiles, the target and whether it is reached."""
    value = f"{figure['value']:g}"
    if "target" not in figure:
        return value
    low_high = f", {' to '.join(f'{end:g}' for end in figure['quartiles'])}" if "quartiles" in figure else ""
    return f"{value}{low_high}; {figure['target']}: {'yes' if figure['reached'] else '**no**'}"
