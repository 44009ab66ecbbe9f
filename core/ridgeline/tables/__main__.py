"""`python -m ridgeline.tables ingest | generate | count` answers one request on stdin; `built-in` writes built-in sets.

A number after the command is that of the process that asks: with it ends this one.
The request sets the limits of this process before anything of it is read.
"""

import os
import resource
import sys
from functools import partial

from ridgeline.errors import Invalid
from ridgeline.spec.default_target import Known, known_of
from ridgeline.spec.facts import facts_of
from ridgeline.tables.children import end_with
from ridgeline.tables.limits import Limits, TooLarge
from ridgeline.tables.requests import REQUEST, Answer, Count, Generate, Ingest, Request


def main() -> None:
    """Run the command of the arguments."""
    match sys.argv[1:]:
        case ["built-in"]:
            from ridgeline.tables.built_in import write  # noqa: PLC0415 - scikit-learn is not needed to read a file

            write()
        case ["ingest" | "generate" | "count", *asker]:
            end_with(int(asker[0]) if asker else os.getppid())
            asked = REQUEST.validate_json(sys.stdin.buffer.read())
            answer = _answered(asked)
            sys.stdout.write(answer.model_dump_json(exclude_defaults=True))
        case _:
            sys.exit("usage: python -m ridgeline.tables ingest | generate | count | built-in")


def _answered(asked: Request) -> Answer:
    _limit(asked.limits)
    try:
        return _done(asked)
    except Invalid as error:
        return Answer.of(error)
    except MemoryError:
        rule = f"must be done in {asked.limits.memory_bytes} bytes of memory"
        field = "dataset.parameters" if isinstance(asked, Generate) else "file"
        return Answer.of(TooLarge(rule, "more", "use fewer columns, or shorter values", field=field))


def _done(asked: Request) -> Answer:
    # pyarrow is imported under the limits
    from ridgeline import tables  # noqa: PLC0415

    match asked:
        case Ingest():
            dataset = tables.ingest(
                asked.path, asked.output, asked.options, asked.filename, asked.limits, dataset_id=asked.dataset_id
            )
            count = partial(tables.count, asked.output, dataset)
            return Answer.known(dataset, known_of(asked.default, asked.name, dataset, count))
        case Generate():
            dataset, roles, task = tables.generate(asked.asked, asked.output, asked.limits)
            counts = tables.count(asked.output, dataset, roles, task)
            facts_of(asked.asked.generator, dataset, roles, task, counts)  # no study can use one class only
            return Answer.known(dataset, Known(roles, task, counts))
        case Count():
            return Answer(counts=tables.count(asked.path, asked.dataset, asked.roles, asked.task))


def _limit(limits: Limits) -> None:
    seconds = max(1, int(limits.seconds))
    wanted = {
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: max(limits.table_bytes, limits.file_bytes),
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, hard))


if __name__ == "__main__":
    main()
