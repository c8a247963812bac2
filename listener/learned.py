"""Which learnt models judge kinds now, what became of the others, and how a person takes one back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from listener.learning import InForce, Learned, unpacked
from listener.models import LearnedKinds, Standing

_LOCK = 0x4865617262_03  # one decision at a time
_loaded: dict[tuple[int, datetime], Learned] = {}  # this process's, of those in force when it last looked


class NoSuchModel(LookupError):
    """There is no such model, or it does not stand where that can be done; `standing` is then where it stands."""

    def __init__(self, standing: str | None = None) -> None:
        super().__init__(standing or "none")
        self.standing = standing


def in_force(session: Session) -> InForce:
    """Return the models that judge now, by language; weights this process has loaded before are not read again."""
    wanted = select(LearnedKinds.language, LearnedKinds.id, LearnedKinds.trained_at)
    rows = session.execute(wanted.where(LearnedKinds.standing == Standing.IN_FORCE)).all()
    found = {(row.id, row.trained_at): row.language for row in rows}
    missing = [number for number, at in found if (number, at) not in _loaded]
    if missing:
        weights = select(LearnedKinds.id, LearnedKinds.trained_at, LearnedKinds.weights)
        for number, at, packed in session.execute(weights.where(LearnedKinds.id.in_(missing))):
            _loaded[number, at] = unpacked(packed, f"learned-{number}")
    for key in _loaded.keys() - found.keys():
        _loaded.pop(key, None)
    return InForce({language: _loaded[key] for key, language in found.items() if key in _loaded})


def models(session: Session, *, cursor: int | None = None, limit: int = 50) -> list[LearnedKinds]:
    """Return the models with their reports, newest first, their weights left out; `cursor` is the last id seen."""
    wanted = select(LearnedKinds).options(defer(LearnedKinds.weights, raiseload=True)).order_by(LearnedKinds.id.desc())
    if cursor is not None:
        wanted = wanted.where(LearnedKinds.id < cursor)
    return list(session.scalars(wanted.limit(limit)))


def model(session: Session, model_id: int) -> LearnedKinds:
    """Return one model as the database has it now, its weights left out; raise `NoSuchModel`."""
    wanted = select(LearnedKinds).where(LearnedKinds.id == model_id).options(defer(LearnedKinds.weights))
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NoSuchModel
    return found


def keep(
    session: Session,
    language: str,
    weights: bytes,
    *,
    examples: int,
    upto_id: int,
    report: dict[str, object],
    against: str | None,
    is_better: bool,
    now: datetime,
) -> LearnedKinds | None:
    """Keep a model that was just made; return `None` where somebody else made one of the same words.

    It judges from now on if `is_better` than `against`, the version in force when it was compared (`None`: the rules);
    if people put another in force meanwhile, theirs stays.
    """
    lock(session)
    known = session.scalar(select(func.max(LearnedKinds.upto_id)).where(LearnedKinds.language == language))
    if known is not None and known >= upto_id:
        return None
    current = _current(session, language)
    stands = f"learned-{current.id}" if current is not None else None
    takes_force = is_better and stands == against
    if takes_force:
        _stand_down(session, current, Standing.REPLACED, now, None)
    made = LearnedKinds(
        language=language, standing=Standing.IN_FORCE if takes_force else Standing.WORSE, weights=weights,
        examples=examples, upto_id=upto_id, report=report, trained_at=now, decided_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def take_back(session: Session, model_id: int, *, by_id: int, now: datetime) -> LearnedKinds | None:
    """Take the model in force back; return the earlier one that judges again, or `None`: then the rules do.

    Raise `NoSuchModel` where it is not in force.
    """
    lock(session)
    row = model(session, model_id)
    if row.standing != Standing.IN_FORCE:
        raise NoSuchModel(row.standing)
    _stand_down(session, row, Standing.TAKEN_BACK, now, by_id)
    wanted = select(LearnedKinds).where(
        LearnedKinds.language == row.language, LearnedKinds.standing == Standing.REPLACED, LearnedKinds.id < row.id
    )
    earlier = session.scalars(wanted.order_by(LearnedKinds.id.desc()).limit(1)).one_or_none()
    if earlier is not None:
        _put(session, earlier, now, by_id)
    return earlier


def take_force(session: Session, model_id: int, *, by_id: int, now: datetime) -> LearnedKinds:
    """Let a model judge because a person says so; raise `NoSuchModel` where it does already."""
    lock(session)
    row = model(session, model_id)
    if row.standing == Standing.IN_FORCE:
        raise NoSuchModel(row.standing)
    _stand_down(session, _current(session, row.language), Standing.REPLACED, now, by_id)
    _put(session, row, now, by_id)
    return row


def lock(session: Session) -> None:
    """Wait for our turn to decide."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def seen_upto(session: Session) -> dict[str, int]:
    """Return language -> the last correction any of its models has seen."""
    wanted = select(LearnedKinds.language, func.max(LearnedKinds.upto_id)).group_by(LearnedKinds.language)
    return dict(session.execute(wanted).all())


def upto_of(session: Session, versions: Iterable[str]) -> dict[str, int]:
    """Return version -> the last correction that model has seen."""
    ids = [int(version.removeprefix("learned-")) for version in versions]
    rows = session.execute(select(LearnedKinds.id, LearnedKinds.upto_id).where(LearnedKinds.id.in_(ids)))
    return {f"learned-{number}": upto_id for number, upto_id in rows}


def _current(session: Session, language: str) -> LearnedKinds | None:
    wanted = select(LearnedKinds).where(LearnedKinds.language == language, LearnedKinds.standing == Standing.IN_FORCE)
    wanted = wanted.options(defer(LearnedKinds.weights)).execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def _stand_down(
    session: Session, row: LearnedKinds | None, standing: Standing, now: datetime, by_id: int | None
) -> None:
    if row is not None:
        row.standing, row.decided_at, row.decided_by_id = standing, now, by_id
        # of one language one is in force: the old one leaves before the new one comes
        session.flush()


def _put(session: Session, row: LearnedKinds, now: datetime, by_id: int) -> None:
    row.standing, row.decided_at, row.decided_by_id = Standing.IN_FORCE, now, by_id
    session.flush()
