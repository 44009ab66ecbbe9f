"""`python -m ridgeline.tables built-in` writes the built-in tables and their description."""

import sys

from ridgeline.tables.built_in import write

if __name__ == "__main__":
    if sys.argv[1:] != ["built-in"]:
        sys.exit("usage: python -m ridgeline.tables built-in")
    write()
