"""How people and programs come in: sign-in links, passwords, signed-in browsers, tokens; only digests are kept."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.models import Account, SignedIn, SignInLink, SignInTry, Token
from triage import audit
from triage.models import Member

# a key that was made or ended, and a password that was set, stand in the trail of settings
audit.keep(Token, "token", ("name", "scopes", "expires_at", "revoked_at"))
audit.keep(Account, "password", ("password_hash",))

TRIES = 5
REST = timedelta(minutes=15)
LINK_TERM = timedelta(minutes=30)
SIGN_IN_TERM = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)  # a visit is written down no more often than this
TOKEN_PREFIX = "hb_"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024  # Argon2 reads it all, so a longer one is only a way to keep us busy


class Scope(StrEnum):
    """What a token may do; each holds the ones before it."""

    READ = "read"
    TRIAGE = "triage"
    ADMIN = "admin"


_HOLDS = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.TRIAGE: frozenset({Scope.READ, Scope.TRIAGE}),
    Scope.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one password: an account, or how many tries are left, or until when it rests."""

    account: Account | None = None
    tries_left: int = TRIES
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from. `scopes` is `None` for a browser, which may do all its member may."""

    account_id: int
    member_id: int
    scopes: frozenset[Scope] | None = None

    def may(self, scope: Scope) -> bool:
        """Say whether the way this visitor came in allows `scope`; their role is asked elsewhere."""
        return self.scopes is None or any(scope in _HOLDS[held] for held in self.scopes)


def account_of(session: Session, member_id: int) -> Account:
    """Return the account of a member, made where there is none yet."""
    session.execute(insert(Account).values(member_id=member_id, preferences={}).on_conflict_do_nothing())
    return session.scalars(select(Account).where(Account.member_id == member_id)).one()


# sign-in links


def sign_in_link(session: Session, member_id: int, now: datetime, term: timedelta = LINK_TERM) -> str:
    """Return the secret of a link that signs this member in once, within `term`; the page is `/signin/{secret}`."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - timedelta(days=1)))
    session.add(SignInLink(digest=_digest(secret), account_id=account_of(session, member_id).id, expires_at=now + term))
    session.flush()
    return secret


def use_link(session: Session, secret: str, now: datetime) -> Account | None:
    """Spend a link and return its account; `None` when it is unknown, spent, too old, or its member has left."""
    spent = (
        update(SignInLink)
        .where(SignInLink.digest == _digest(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.account_id)
    )
    account_id = session.scalar(spent)
    return _active(session, account_id) if account_id is not None else None


# passwords


def set_password(session: Session, member_id: int, password: str) -> None:
    """Keep the hash of a password and sign every browser of its member out; raise `ValueError` with a sentence."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"A password has at least {SHORTEST_PASSWORD} characters; this one has {len(password)}.")
    if len(password) > LONGEST_PASSWORD:
        raise ValueError(f"A password has at most {LONGEST_PASSWORD} characters.")
    account = account_of(session, member_id)
    account.password_hash = _hasher().hash(password)
    sign_out_everywhere(session, account.id)


def sign_in(session: Session, email: str, password: str, now: datetime) -> Answer:
    """Judge one e-mail and password. Nothing is raised, so that a wrong try is committed and counted.

    An e-mail we do not know is counted, answered and timed like one we do: the answer never tells who is here.
    """
    tried = _try_of(session, email, now)
    if tried.rests_until is not None and tried.rests_until > now:
        return Answer(tries_left=0, rests_until=tried.rests_until)
    if tried.rests_until is not None:
        tried.failed, tried.rests_until = 0, None
    account = session.scalar(
        select(Account)
        .join(Member, Member.id == Account.member_id)
        .where(func.lower(Member.email) == email.strip().lower(), Member.active)
    )
    if _is_right(account, password):
        session.delete(tried)
        return Answer(account)
    tried.failed += 1
    if tried.failed >= TRIES:
        tried.rests_until = now + REST
    session.flush()
    return Answer(tries_left=TRIES - tried.failed, rests_until=tried.rests_until)


def _try_of(session: Session, email: str, now: datetime) -> SignInTry:
    """Return the locked count of one e-mail, so that guesses made at once are judged one after another."""
    digest = _digest(email.strip().lower())
    old = select(SignInTry.digest).where(SignInTry.last_at < now - timedelta(days=1), SignInTry.digest != digest)
    session.execute(delete(SignInTry).where(SignInTry.digest.in_(old.limit(100).with_for_update(skip_locked=True))))
    session.execute(insert(SignInTry).values(digest=digest, failed=0, last_at=now).on_conflict_do_nothing())
    tried = session.get_one(SignInTry, digest, with_for_update=True, populate_existing=True)
    tried.last_at = now
    return tried


def _is_right(account: Account | None, password: str) -> bool:
    known = account.password_hash if account is not None else None
    right, renewed = _hasher().verify_and_update(password[:LONGEST_PASSWORD], known or _no_ones_hash())
    if account is None or known is None or not right:
        return False
    if renewed is not None:
        account.password_hash = renewed
    return True


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _no_ones_hash() -> str:
    """A hash to compare with where there is none, so that the time taken does not tell."""
    return _hasher().hash(secrets.token_urlsafe(32))


# signed-in browsers


def open_sign_in(session: Session, account_id: int, now: datetime, term: timedelta = SIGN_IN_TERM) -> str:
    """Sign a browser in and return the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignedIn).where(SignedIn.expires_at < now))
    session.add(
        SignedIn(digest=_digest(secret), account_id=account_id, created_at=now, seen_at=now, expires_at=now + term)
    )
    session.execute(update(Account).where(Account.id == account_id).values(last_signed_in_at=now))
    session.flush()
    return secret


def browser(session: Session, secret: str, now: datetime, term: timedelta = SIGN_IN_TERM) -> Visitor | None:
    """Return who a cookie belongs to, and let it live on from this visit."""
    found = session.execute(
        select(SignedIn, Account.member_id)
        .join(Account, Account.id == SignedIn.account_id)
        .join(Member, Member.id == Account.member_id)
        .where(SignedIn.digest == _digest(secret), SignedIn.expires_at > now, Member.active)
    ).first()
    if found is None:
        return None
    row, member_id = found
    if now - row.seen_at >= SEEN_EVERY:
        # not through the row: two requests of one browser at once must not wait for each other's end
        session.execute(
            update(SignedIn)
            .where(
                SignedIn.id
                == select(SignedIn.id).where(SignedIn.id == row.id).with_for_update(skip_locked=True).scalar_subquery()
            )
            .values(seen_at=now, expires_at=now + term)
        )
    return Visitor(row.account_id, member_id)


def sign_out(session: Session, secret: str) -> None:
    """Forget one browser."""
    session.execute(delete(SignedIn).where(SignedIn.digest == _digest(secret)))


def sign_out_everywhere(session: Session, account_id: int) -> None:
    """Forget every browser of an account."""
    session.execute(delete(SignedIn).where(SignedIn.account_id == account_id))


# tokens


def create_token(
    session: Session, account_id: int, *, name: str, scopes: Iterable[Scope], now: datetime, expires_at: datetime | None
) -> tuple[Token, str]:
    """Keep a new token's digest and return it with its secret, which is never seen again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = Token(
        digest=_digest(secret),
        name=name,
        account_id=account_id,
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return token, secret


def bearer(session: Session, secret: str, now: datetime) -> Visitor | None:
    """Return who a token speaks for, and with which scopes; `None` when it is unknown, expired, revoked or orphaned."""
    found = session.execute(
        select(Token, Account.member_id)
        .join(Account, Account.id == Token.account_id)
        .join(Member, Member.id == Account.member_id)
        .where(Token.digest == _digest(secret), Token.revoked_at.is_(None), Member.active)
    ).first()
    if found is None:
        return None
    token, member_id = found
    if token.expires_at is not None and token.expires_at <= now:
        return None
    if token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY:
        session.execute(
            update(Token)
            .where(
                Token.id
                == select(Token.id).where(Token.id == token.id).with_for_update(skip_locked=True).scalar_subquery()
            )
            .values(last_used_at=now)
        )
    return Visitor(token.account_id, member_id, frozenset(Scope(scope) for scope in token.scopes))


def tokens_of(session: Session, account_id: int) -> list[Token]:
    """Return the living tokens of an account, newest first."""
    return list(
        session.scalars(
            select(Token).where(Token.account_id == account_id, Token.revoked_at.is_(None)).order_by(Token.id.desc())
        )
    )


def revoke_token(session: Session, account_id: int, token_id: int, now: datetime) -> bool:
    """End one token of an account; say whether there was one."""
    wanted = select(Token).where(Token.id == token_id, Token.account_id == account_id, Token.revoked_at.is_(None))
    token = session.scalar(wanted.with_for_update())
    if token is None:
        return False
    token.revoked_at = now
    session.flush()
    return True


def _active(session: Session, account_id: int) -> Account | None:
    return session.scalar(
        select(Account).join(Member, Member.id == Account.member_id).where(Account.id == account_id, Member.active)
    )


def _digest(secret: str) -> str:
    # the secrets are random and long, so a fast digest is enough; passwords take Argon2
    return hashlib.sha256(secret.encode()).hexdigest()
