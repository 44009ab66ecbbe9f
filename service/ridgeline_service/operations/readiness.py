"""Whether the service can work now."""

import logging

from ridgeline.errors import NotReadyToServe, RidgelineError
from ridgeline.store import Store

log = logging.getLogger(__name__)


def check_ready(store: Store) -> None:
    """Make sure that the database has this service's schema and can be written.

    Raises:
        NotReadyToServe: it cannot.
    """
    try:
        store.check()
    except RidgelineError as error:
        raise NotReadyToServe(str(error)) from error
    except Exception as error:
        log.exception("the database cannot be written")
        raise NotReadyToServe("the database must be writable; see the log of the service for the reason") from error
