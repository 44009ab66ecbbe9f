"""The engine of processes: futures as arguments, failures as exceptions, and processes that come and go."""

import contextlib
import operator
import os
import signal
import socket
import ssl
import time

import psutil
import pytest
from distributed import Client, Security
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from ridgeline_worker.engine import InlineEngine
from ridgeline_worker.engine.cluster import ClusterEngine


@pytest.fixture(params=["inline", "cluster"])
def engine(request):
    return InlineEngine() if request.param == "inline" else request.getfixturevalue("cluster")


class TestEveryEngine:
    def test_a_future_stands_for_its_result(self, engine):
        three = engine.submit(operator.add, 1, 2)
        assert engine.submit(operator.mul, three, three).result() == 9

    def test_the_same_task_runs_again_when_it_is_submitted_again(self, engine):
        assert engine.submit(time.perf_counter).result() != engine.submit(time.perf_counter).result()

    def test_a_failure_is_raised_by_whoever_asks_and_by_what_follows(self, engine):
        failed = engine.submit(operator.truediv, 1, 0)
        with pytest.raises(ZeroDivisionError):
            failed.result()
        with pytest.raises(ZeroDivisionError):
            engine.submit(operator.neg, failed).result()
        assert engine.submit(operator.neg, 1).result() == -1

    def test_too_little_memory_is_an_exception_like_any_other(self, engine):
        with pytest.raises(MemoryError):
            engine.submit(bytes, 2**62).result()

    @pytest.mark.parametrize("arguments", [(1, 2), (1, 0)], ids=["result", "failure"])
    def test_it_calls_back_once_it_is_there(self, engine, arguments, waiting):
        called = []
        engine.submit(operator.truediv, *arguments).add_done_callback(called.append)
        waiting(lambda: called)
        assert len(called) == 1


class TestProcesses:
    def test_they_have_one_thread_and_a_lower_priority_and_leave_the_interrupt_to_the_worker(self, cluster):
        pids = cluster.pids()
        assert len(set(pids)) == cluster.processes == 2
        for pid in pids:
            assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
            os.kill(pid, signal.SIGINT)
        assert cluster.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert set(cluster.pids()) == set(pids)

    def test_they_listen_on_this_machine_only_and_to_their_own_cluster(self, cluster):
        addresses = [
            connection.laddr
            for process in (psutil.Process(), *map(psutil.Process, cluster.pids()))
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert {address.ip for address in addresses} == {"127.0.0.1"}
        assert {answer_to_a_stranger(*address) for address in addresses} == {"no certificate", "no such page"}

    def test_a_client_with_another_certificate_is_refused(self, cluster):
        with pytest.raises(OSError, match="certificate does not match"):
            Client(cluster._cluster.scheduler_address, security=Security.temporary(), timeout=5)

    def test_what_was_lost_with_a_killed_one_is_computed_again(self, cluster, waiting):
        result = cluster.submit(operator.add, [1], [2])
        chain = [cluster.submit(operator.add, result, [number]) for number in range(4)]
        chain[-1].result()
        before = cluster.pids()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert [future.result(60) for future in chain] == [[1, 2, number] for number in range(4)]
        waiting(lambda: len(cluster.pids()) == 2)
        assert not set(cluster.pids()) & set(before)

    def test_a_task_whose_process_dies_twice_is_given_up_and_others_run(self, cluster):
        with pytest.raises(KilledWorker):
            cluster.submit(os._exit, 1).result(60)
        assert cluster.submit(operator.neg, 1).result(60) == -1

    def test_a_task_that_is_stuck_is_given_up_with_what_follows_it_and_its_process_is_replaced(self):
        engine = ClusterEngine(1, task_seconds_limit=1.0)
        (before,) = engine.pids()
        stuck = engine.submit(time.sleep, 600)
        follows, waits = engine.submit(str, stuck), engine.submit(operator.neg, 1)
        for given_up in (follows, stuck):
            with pytest.raises(FutureCancelledError, match="more than 1 seconds"):
                given_up.result(30)
        assert waits.result(60) == -1
        assert before not in engine.pids()
        engine.close()

    def test_a_frozen_one_is_replaced_too(self):
        engine = ClusterEngine(1, task_seconds_limit=2.0)
        (before,) = engine.pids()
        stuck, waits = engine.submit(time.sleep, 600), engine.submit(operator.neg, 1)
        time.sleep(1.0)  # until the scheduler has been told that it runs
        os.kill(before, signal.SIGSTOP)
        with pytest.raises(FutureCancelledError, match="more than 2 seconds"):
            stuck.result(30)
        assert waits.result(60) == -1
        engine.close()

    def test_waiting_in_line_does_not_count(self):
        engine = ClusterEngine(1, task_seconds_limit=1.0)
        line = [engine.submit(time.sleep, 0.4) for _ in range(5)]
        assert [task.result(30) for task in line] == [None] * 5
        engine.close()

    def test_closing_ends_them_quickly(self):
        engine = ClusterEngine(2)
        processes = [psutil.Process(pid) for pid in engine.pids()]
        began = time.monotonic()
        engine.close()
        assert time.monotonic() - began < 5
        assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def answer_to_a_stranger(host, port):
    """What a server on this port says to a user without a certificate, in clear and encrypted."""
    with socket.create_connection((host, port), 10) as plain:
        plain.send(b"GET /info/main/workers.html HTTP/1.0\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            if told := plain.recv(12):
                return "no such page" if told == b"HTTP/1.1 404" else told
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), 10) as plain, context.wrap_socket(plain) as encrypted:
            encrypted.send(b"a")
            return encrypted.recv(10)
    except (ssl.SSLError, ConnectionResetError):
        return "no certificate"
