"""The first floor's doors for time: each opens a transaction, reads the clock and calls one room."""

from celery import shared_task

from listener.clock import utc_now
from listener.database import transaction
from triage import afterwards, channels, notify, people, rerouting, route, undo
from triage import alarm as alarming
from triage import bulk as bulks
from triage import crisis as crises
from triage import escalate as escalating

BATCH, BATCHES = 500, 40  # mentions in one transaction, and transactions one nudge may take
MANY = 20  # batches of a bulk that one nudge may take: some ten seconds of work


@shared_task(name="triage.route")
def route_round() -> None:
    """Give every new mention its verdict, batch by batch until none is left."""
    for _ in range(BATCHES):
        with transaction() as session:
            if route.round(session, utc_now(), BATCH) < BATCH:
                return


@shared_task(name="triage.reroute")
def reroute() -> None:
    """Let the open issues nobody has touched follow the chart in force, where somebody asked for it."""
    for _ in range(BATCHES):
        with transaction() as session:
            if not rerouting.round(session, utc_now()):
                return


@shared_task(name="triage.bulk")
def bulk() -> None:
    """Do, or take back, what was asked of many issues at once, batch by batch."""
    for _ in range(MANY):
        with transaction() as session:
            if not bulks.round(session, utc_now()):
                return


@shared_task(name="triage.escalate")
def escalate() -> None:
    """Let those be here again whose time away is over, warn of promises at risk, and write down those that broke."""
    with transaction() as session:
        people.come_back(session, utc_now())
    with transaction() as session:
        escalating.round(session, utc_now())


@shared_task(name="triage.alarm")
def alarm() -> None:
    """Tell people of spikes, drops, surges and silent feeds."""
    with transaction() as session:
        alarming.round(session, utc_now())


@shared_task(name="triage.crisis")
def crisis() -> None:
    """Declare what has become a crisis, and gather what is said in those that stand."""
    with transaction() as session:
        crises.round(session, utc_now())


@shared_task(name="triage.follow_ups")
def follow_ups() -> None:
    """Tell those who owe an author a word that its day has come."""
    with transaction() as session:
        afterwards.remind(session, utc_now())


@shared_task(name="triage.tidy")
def tidy() -> None:
    """Let go of what issues were before moves that nobody can take back any more."""
    with transaction() as session:
        undo.forget(session, utc_now())


@shared_task(name="triage.notify")
def tell() -> None:
    """Send the notices that wait."""
    notify.round(transaction, utc_now, channels.send)
