"""Feeds that call us: signed, counted, answered item by item, and the last calls kept so that they can be replayed."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from listener.cleaning import storable
from listener.heard import Item, Rejected
from listener.items import item_of
from listener.models import Delivery, Feed, FeedState
from listener.rejections import reject
from listener.store import Outcome, store

SKEW = 300  # seconds a signature may be old, or ahead
MOST_ITEMS = 500
MOST_BYTES = 1_000_000
KEPT = 50  # deliveries of each feed
LONGEST_KEY = 200

_SIGNATURE = re.compile(r"(?:^|,)\s*(t|v1)\s*=\s*([0-9A-Za-z]+)")


class Refusal(ValueError):
    """A call that is not taken: `key` for the answer's status, `sentence` for whoever reads it.

    Keys: unsigned, badly_signed, too_old (401); too_large (413); malformed, too_many (422).
    """

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Received:
    """What became of each item, in order; `replayed` if this very call was answered before."""

    delivery_id: int
    outcomes: list[dict[str, Any]]
    replayed: bool = False


def new_secret() -> str:
    """Return a new secret to sign with; it is shown once and kept as the feed's credential."""
    return secrets.token_urlsafe(32)


def secret_for(session: Session, feed_id: int) -> str | None:
    """Return the secret of a pushing feed that is listened to, or `None`."""
    feed = session.get(Feed, feed_id)
    if feed is None or feed.source != "push" or feed.state != FeedState.ACTIVE:
        return None
    return feed.credential


def sign(body: bytes, secret: str, at: int) -> str:
    """Return the `X-Signature` of a body sent at `at` (seconds since 1970)."""
    return f"t={at},v1={_seal(body, secret, str(at))}"


def verify(header: str | None, body: bytes, secret: str, now: datetime) -> None:
    """Raise `Refusal` unless `header` is `t=<unix>,v1=<hex HMAC-SHA256(secret, t + "." + body)>`, at most five minutes
    off our clock.
    """
    if not header:
        raise Refusal("unsigned", "The X-Signature header is missing. It is t=<seconds>,v1=<signature>.")
    found: dict[str, list[str]] = {"t": [], "v1": []}
    for name, value in _SIGNATURE.findall(header):
        found[name].append(value)
    if len(found["t"]) != 1 or not found["v1"] or not found["t"][0].isdigit() or len(found["t"][0]) > 12:
        raise Refusal("unsigned", "The X-Signature header cannot be read. It is t=<seconds>,v1=<signature>.")
    seal = _seal(body, secret, found["t"][0])
    # several v1 are allowed, so that a secret can be changed without a gap
    if not any(hmac.compare_digest(seal, given.lower()) for given in found["v1"]):
        raise Refusal("badly_signed", "The signature does not fit this body and this feed's secret.")
    age = now.timestamp() - int(found["t"][0])
    if abs(age) > SKEW:
        way = "old" if age > 0 else "ahead of our clock"
        raise Refusal(
            "too_old", f"The signature is {abs(age):.0f} seconds {way}; {SKEW} are allowed. Check your clock."
        )


def _seal(body: bytes, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def receive(
    session: Session, feed: Feed, body: bytes | Mapping[str, Any], idempotency_key: str | None, now: datetime
) -> Received:
    """Store the items of one call; the same `Idempotency-Key` gives the stored answer and stores nothing again.

    `body` is `{"items": [...]}` or one item; raise `Refusal` if it is neither, or too much.
    """
    key = _key(idempotency_key)
    # calls with one key wait for each other here: the second sees the first one's answer
    session.execute(select(Feed.id).where(Feed.id == feed.id).with_for_update(key_share=True))
    if key is not None:
        earlier = session.scalar(select(Delivery).where(Delivery.feed_id == feed.id, Delivery.idempotency_key == key))
        if earlier is not None:
            return Received(earlier.id, list(earlier.outcome), replayed=True)
    document = _document(body)
    rows = _rows(document)
    outcomes = _store(session, feed, rows, now)
    delivery = Delivery(
        feed_id=feed.id, at=now, idempotency_key=key, body=storable({"items": rows}), outcome=storable(outcomes)
    )
    session.add(delivery)
    feed.last_polled_at = feed.last_success_at = now
    session.flush()
    _forget(session, feed.id)
    return Received(delivery.id, outcomes)


def replay(session: Session, delivery_id: int, now: datetime) -> Received | None:
    """Store the items of a kept call once more, or return `None` where there is none; what we have stays as it is."""
    kept = session.get(Delivery, delivery_id)
    feed = session.get(Feed, kept.feed_id) if kept else None
    if kept is None or feed is None:
        return None
    outcomes = _store(session, feed, _rows(kept.body), now)
    kept.outcome = storable(outcomes)
    session.flush()
    return Received(kept.id, outcomes, replayed=True)


def _store(session: Session, feed: Feed, rows: list[Any], now: datetime) -> list[dict[str, Any]]:
    read = [_one(row) for row in rows]
    tally = store(session, feed, [one for one in read if isinstance(one, Item)], now=now)
    mistakes = [one for one in read if isinstance(one, Rejected)]
    feed.rejected_count += reject(session, feed.id, mistakes, now=now)
    told = iter(tally.outcomes)
    return [_told(next(told)) if isinstance(one, Item) else _refused(one) for one in read]


def _one(row: Any) -> Item | Rejected:
    try:
        return item_of(row)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        return Rejected(None, f"It could not be read ({type(error).__name__}: {error}).", str(row)[:500])


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"native_id": outcome.native_id, "status": outcome.became}
    if outcome.mention_id is not None:
        told["mention_id"] = outcome.mention_id
    if outcome.reason:
        told["reason"] = outcome.reason
    return told


def _refused(one: Rejected) -> dict[str, Any]:
    return {"native_id": one.native_id, "status": "rejected", "reason": one.reason}


def _key(given: str | None) -> str | None:
    key = (given or "").strip().replace("\0", "")
    if len(key) > LONGEST_KEY:
        raise Refusal("malformed", f"The Idempotency-Key is longer than {LONGEST_KEY} characters.")
    return key or None


def _document(body: bytes | Mapping[str, Any]) -> Any:
    if not isinstance(body, bytes):
        return body
    if len(body) > MOST_BYTES:
        raise Refusal("too_large", f"The body is larger than {MOST_BYTES:,} bytes. Send fewer items at once.")
    try:
        return json.loads(body)
    except UnicodeDecodeError:
        raise Refusal("malformed", "The body is not UTF-8.") from None
    except RecursionError:
        raise Refusal("malformed", "The body is nested too deeply.") from None
    except ValueError as error:
        raise Refusal("malformed", f"The body is not JSON ({error}).") from None


def _rows(document: Any) -> list[Any]:
    if isinstance(document, Mapping) and "items" not in document and "native_id" in document:
        document = {"items": [document]}
    rows = document.get("items") if isinstance(document, Mapping) else document
    if not isinstance(rows, list):
        raise Refusal("malformed", "The body must be {“items”: [...]}, a list of items, or one item.")
    if len(rows) > MOST_ITEMS:
        raise Refusal("too_many", f"{len(rows)} items came at once; {MOST_ITEMS} are allowed. Send them in parts.")
    return rows


def _forget(session: Session, feed_id: int) -> None:
    kept = select(Delivery.id).where(Delivery.feed_id == feed_id).order_by(Delivery.id.desc()).limit(KEPT)
    session.execute(
        delete(Delivery).where(Delivery.feed_id == feed_id, Delivery.id.not_in(kept.scalar_subquery())),
        execution_options={"synchronize_session": False},
    )
