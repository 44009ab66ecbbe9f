"""Logs are JSON lines on stderr and leave stdout to results."""

import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from ridgeline.logs import configure_logs
configure_logs("INFO")
log = structlog.get_logger("ridgeline.test")
log.debug("too quiet")
log.info("study.running", study_id="s1", claim=2)
logging.getLogger("library").warning("from %s", "elsewhere", extra={"port": 1})
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
with structlog.contextvars.bound_contextvars(request_id="r1"):
    log.info("inside")
logging.getLogger("alembic.runtime.migration").info("Context impl")
logging.getLogger("uvicorn.error").info("Waiting")
logging.getLogger("uvicorn.error").error("in use", extra={"color_message": "in red"})
"""


def test_every_record_is_one_json_object_on_stderr():
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    ours, library, failed, inside, uvicorn = (json.loads(line) for line in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["logger"]) == ("study.running", "info", "ridgeline.test")
    assert (ours["study_id"], ours["claim"]) == ("s1", 2)
    assert ours["timestamp"].endswith("Z")
    assert (library["event"], library["level"], library["port"]) == ("from elsewhere", "warning", 1)
    assert "ZeroDivisionError" in failed["exception"]
    assert inside["request_id"] == "r1"
    assert (uvicorn["event"], uvicorn["level"]) == ("in use", "error")
    assert "color_message" not in uvicorn
