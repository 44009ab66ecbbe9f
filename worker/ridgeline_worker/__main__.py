"""`python -m ridgeline_worker serve | run | predict`.

Each engine process imports this module too, under another name, and needs nothing of it.
"""

if __name__ == "__main__":
    import os
    import signal
    import sys
    from types import FrameType

    from ridgeline_worker.forkserver import end_forkserver, later, start_forkserver

    def leave(_number: int, _frame: FrameType | None) -> None:
        """Until a command takes over, nothing has begun that would have to be put in order."""
        end_forkserver()
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    if sys.argv[1:2] == ["predict"]:  # it trains nothing, and is done before all of that is loaded
        from ridgeline_worker.predict import main
    else:
        with later(signal.SIGTERM, signal.SIGINT):
            start_forkserver()  # it loads its libraries while this process loads its own
        from ridgeline_worker.commands import main

    sys.exit(main())
