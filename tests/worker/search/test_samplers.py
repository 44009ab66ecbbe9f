"""Samplers are quiet, however many studies ask at once."""

import logging
import threading
import time
import warnings

import optuna

from ridgeline_worker.search.samplers import quiet_optuna


def test_optuna_is_quiet_while_any_study_searches_and_as_before_afterwards():
    before, filters = optuna.logging.get_verbosity(), list(warnings.filters)
    inside = []

    def search():
        for _ in range(20):
            with quiet_optuna():
                time.sleep(0.001)
                inside.append(optuna.logging.get_verbosity())

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert inside == [logging.ERROR] * 80
    assert optuna.logging.get_verbosity() == before != logging.ERROR
    assert list(warnings.filters) == filters
