"""The door for time: the Celery app, its two queues, and the timetable that nudges every stage to look for work."""

import socket
from datetime import timedelta
from typing import Any

from celery import Celery, signals
from celery.beat import Scheduler
from celery.schedules import schedule

from listener.clock import utc_now
from listener.settings import settings
from triage.pulse import Pulse

HEARING, DECIDING = "hearing", "deciding"

# task -> (queue, seconds between two nudges)
TIMETABLE: dict[str, tuple[str, float]] = {
    "listener.tick": (HEARING, 2.0),
    "listener.detect": (DECIDING, 60.0),
    "listener.housekeeping": (DECIDING, 3600.0),
    "listener.learn": (DECIDING, 3600.0),
    "triage.route": (DECIDING, 1.0),
    "triage.bulk": (DECIDING, 1.0),
    "triage.reroute": (DECIDING, 5.0),
    "triage.escalate": (DECIDING, 15.0),
    "triage.alarm": (DECIDING, 15.0),
    "triage.crisis": (DECIDING, 15.0),
    "triage.follow_ups": (DECIDING, 60.0),
    "triage.tidy": (DECIDING, 3600.0),
    "triage.notify": (DECIDING, 2.0),
}

BROKER = {
    "visibility_timeout": 300,
    # what a killed worker had taken comes back within seconds, not within the 100 that kombu would take
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # a broker that disappears without a word is noticed
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "socket_keepalive": True,
}


def broker_url() -> str:
    """Return the broker's address as kombu spells it; raise `LookupError` where none is known."""
    url = settings().redis_url
    if url is None:
        raise LookupError("REDIS_URL is not set. `make run` sets it by itself; a server needs it in the environment.")
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


def timetable() -> dict[str, dict[str, Any]]:
    """Return beat's entries. A nudge nobody took before the next but one is dropped: work is found, not handed over."""
    return {
        task: {
            "task": task,
            "schedule": schedule(timedelta(seconds=seconds), nowfun=utc_now),
            "options": {"queue": queue, "expires": max(2 * seconds, 10.0)},
        }
        for task, (queue, seconds) in TIMETABLE.items()
    }


def configuration() -> dict[str, Any]:
    """Return Celery's settings; read when they are first needed, so that importing this file needs no broker."""
    return {
        "broker_url": broker_url(),
        "broker_transport_options": BROKER,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_default_queue": DECIDING,
        "task_routes": {"listener.poll": {"queue": HEARING}},
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": True,
        "timezone": "UTC",
        "beat_scheduler": "triage.worker:Beat",
        "beat_schedule": timetable(),
    }


app = Celery("hearback")
app.add_defaults(configuration)


class Beat(Scheduler):
    """The timetable in memory (nothing is lost with it: every stage finds its own work), with a sign of life."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pulse = None if kwargs.get("lazy") else Pulse(f"beat@{socket.gethostname()}", "beat")

    def setup_schedule(self) -> None:
        """Take the timetable alone: Celery's own clean-up task is for results, which we do not keep."""
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, and say that we live."""
        wait: float = super().tick(*args, **kwargs)
        if self._pulse:
            self._pulse.nudge()
        return wait

    def close(self) -> None:
        """Take the sign back."""
        super().close()
        if self._pulse:
            self._pulse.end()


_pulses: list[Pulse] = []


@signals.worker_ready.connect(weak=False)
def _begin(sender: Any, **_: Any) -> None:
    name = str(sender.hostname)
    _pulses.append(Pulse(name, name.partition("@")[0]))
    _nudge()  # the consumer's first heartbeat was before this; the next would be two seconds away


@signals.heartbeat_sent.connect(weak=False)
def _nudge(**_: Any) -> None:
    for pulse in _pulses:
        pulse.nudge()


@signals.worker_shutdown.connect(weak=False)
def _end(**_: Any) -> None:
    while _pulses:
        _pulses.pop().end()
