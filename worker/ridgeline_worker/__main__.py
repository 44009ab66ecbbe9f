"""`python -m ridgeline_worker serve | run`.

Each engine process imports this module too, under another name, and needs nothing of it.
"""

if __name__ == "__main__":
    import sys

    from ridgeline_worker.forkserver import start_forkserver

    start_forkserver()  # it loads its libraries while this process loads its own

    from ridgeline_worker.commands import main

    sys.exit(main())
