"""`python -m ridgeline.exports DATA_DIR STUDY FILE PROCESS` writes a study as an SQLite file of Optuna.

PROCESS is the number of the process that asks: with it ends this one.
"""

import os
import sys
from pathlib import Path

from ridgeline.exports.optuna_file import write
from ridgeline.store import Store
from ridgeline.tables.children import end_with


def main() -> None:
    """Run the command of the arguments."""
    match sys.argv[1:]:
        case [data_dir, study_id, path, asker]:
            end_with(int(asker))
            with Store.open(Path(data_dir).absolute()) as store:
                os.chdir(Path(path).parent)  # a URL of Optuna cannot hold every path
                write(store, study_id, Path(Path(path).name))
        case _:
            sys.exit("usage: python -m ridgeline.exports DATA_DIR STUDY FILE PROCESS")


if __name__ == "__main__":
    main()
