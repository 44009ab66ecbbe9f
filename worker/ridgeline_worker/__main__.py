"""`python -m ridgeline_worker serve | run | predict`.

Each engine process imports this module too, under another name, and needs nothing of it.
"""

if __name__ == "__main__":
    import os
    import signal
    import sys

    from ridgeline.loading import loading
    from ridgeline_worker.forkserver import begin_in_environment, fork_forkserver

    trains = sys.argv[1:2] != ["predict"]
    if trains:
        begin_in_environment()  # handlers would not outlive it
    for number in (signal.SIGTERM, signal.SIGINT):  # until a command takes over, there is nothing to put in order
        signal.signal(number, lambda *_: os._exit(0))
    if trains:
        with loading():
            from ridgeline_worker.commands import main
        fork_forkserver()
    else:  # it is done before all of that is loaded
        from ridgeline_worker.predict import main

    sys.exit(main())
