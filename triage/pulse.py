"""A process's sign of life: written only when what proves the life, consumer or scheduler, has moved."""

import contextlib
import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from listener import heartbeat
from listener.clock import utc_now
from listener.database import transaction

log = logging.getLogger(__name__)


class Pulse:
    """One thread that turns nudges into rows, `heartbeat.EVERY` seconds apart at most.

    The thread alone proves nothing: without a nudge from the loop that does the work it stays silent.
    """

    def __init__(self, name: str, role: str) -> None:
        self._name, self._role, self._started = name, role, utc_now()
        self._nudged, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def nudge(self) -> None:
        """Say that the loop has just moved; costs nothing, never blocks."""
        self._nudged.set()

    def end(self) -> None:
        """Stop, and take the sign back."""
        self._ended.set()
        self._nudged.set()
        self._thread.join()
        with contextlib.suppress(SQLAlchemyError), transaction() as session:
            heartbeat.leave(session, self._name)

    def _run(self) -> None:
        while self._nudged.wait() and not self._ended.is_set():
            self._nudged.clear()
            try:
                with transaction() as session:
                    heartbeat.beat(session, self._name, self._role, self._started, utc_now())
            except SQLAlchemyError as error:
                log.warning("The sign of life could not be written: %s", str(error).partition("\n")[0])
            self._ended.wait(heartbeat.EVERY)
