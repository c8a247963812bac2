"""Links are spent once, passwords rest, browsers and tokens are known by digests alone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Scope, Visitor
from api.models import SignedIn, SignInLink, SignInTry, Token
from tests.api.conftest import Cast
from triage import people

PASSWORD = "a long enough secret"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account_id(session: Session, cast: Cast) -> int:
    return accounts.account_of(session, cast.cara.member_id).id


@pytest.fixture
def with_password(session: Session, cast: Cast) -> str:
    accounts.set_password(session, cast.cara.member_id, PASSWORD)
    return "cara@example.org"


def test_a_link_signs_in_once(session: Session, cast: Cast, now: datetime, account_id: int) -> None:
    secret = accounts.sign_in_link(session, cast.cara.member_id, now)
    used = accounts.use_link(session, secret, now + MINUTE)
    assert used is not None
    assert used.id == account_id
    assert accounts.use_link(session, secret, now + MINUTE) is None


def test_a_link_too_old_unknown_or_of_somebody_who_left_is_worth_nothing(
    session: Session, cast: Cast, now: datetime
) -> None:
    old = accounts.sign_in_link(session, cast.cara.member_id, now)
    assert accounts.use_link(session, old, now + accounts.LINK_TERM) is None
    assert accounts.use_link(session, "never made", now) is None
    fresh = accounts.sign_in_link(session, cast.cara.member_id, now)
    people.update_member(session, cast.cara.member_id, active=False)
    assert accounts.use_link(session, fresh, now) is None


def test_no_secret_is_stored(session: Session, cast: Cast, now: datetime, account_id: int) -> None:
    link = accounts.sign_in_link(session, cast.cara.member_id, now)
    cookie = accounts.open_sign_in(session, account_id, now)
    _, token = accounts.create_token(session, account_id, name="t", scopes=[Scope.READ], now=now, expires_at=None)
    stored = {*session.scalars(select(SignInLink.digest)), *session.scalars(select(SignedIn.digest))}
    stored |= set(session.scalars(select(Token.digest)))
    assert len(stored) == 3
    assert not stored & {link, cookie, token}


def test_the_right_password_signs_in_however_the_email_is_spelled(
    session: Session, now: datetime, with_password: str, account_id: int
) -> None:
    answer = accounts.sign_in(session, f" {with_password.upper()} ", PASSWORD, now)
    assert answer.account is not None
    assert answer.account.id == account_id


def test_after_five_wrong_tries_even_the_right_password_rests_for_fifteen_minutes(
    session: Session, now: datetime, with_password: str
) -> None:
    left = [accounts.sign_in(session, with_password, "wrong", now).tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    resting = accounts.sign_in(session, with_password, PASSWORD, now + MINUTE)
    assert resting.account is None
    assert resting.rests_until == now + accounts.REST
    assert accounts.sign_in(session, with_password, PASSWORD, now + accounts.REST).account is not None


def test_a_rest_that_is_over_leaves_all_tries_again(session: Session, now: datetime, with_password: str) -> None:
    for _ in range(5):
        accounts.sign_in(session, with_password, "wrong", now)
    assert accounts.sign_in(session, with_password, "wrong", now + accounts.REST).tries_left == 4


def test_the_right_password_forgets_the_wrong_tries(session: Session, now: datetime, with_password: str) -> None:
    accounts.sign_in(session, with_password, "wrong", now)
    accounts.sign_in(session, with_password, PASSWORD, now)
    assert accounts.sign_in(session, with_password, "wrong", now).tries_left == 4


def test_an_unknown_email_is_answered_like_a_known_one(session: Session, now: datetime, with_password: str) -> None:
    known = [accounts.sign_in(session, with_password, "wrong", now) for _ in range(6)]
    unknown = [accounts.sign_in(session, "nobody@example.org", "wrong", now) for _ in range(6)]
    assert known == unknown


def test_a_member_without_a_password_cannot_be_guessed(session: Session, cast: Cast, now: datetime) -> None:
    assert accounts.sign_in(session, "lina@example.org", "", now).account is None


def test_tries_of_yesterday_are_forgotten(session: Session, now: datetime) -> None:
    accounts.sign_in(session, "one@example.org", "wrong", now)
    accounts.sign_in(session, "two@example.org", "wrong", now + timedelta(days=2))
    assert session.scalar(select(func.count()).select_from(SignInTry)) == 1


@pytest.mark.parametrize(("password", "sentence"), [("short", "at least 10"), ("x" * 1025, "at most 1024")])
def test_a_password_too_short_or_too_long_is_refused(
    session: Session, cast: Cast, password: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        accounts.set_password(session, cast.cara.member_id, password)


def test_a_new_password_signs_every_browser_out(session: Session, cast: Cast, now: datetime, account_id: int) -> None:
    cookie = accounts.open_sign_in(session, account_id, now)
    accounts.set_password(session, cast.cara.member_id, PASSWORD)
    assert accounts.browser(session, cookie, now) is None


def test_a_browser_lives_on_with_every_visit_and_dies_without(
    session: Session, cast: Cast, now: datetime, account_id: int
) -> None:
    cookie = accounts.open_sign_in(session, account_id, now)
    later = now + accounts.SIGN_IN_TERM - MINUTE
    assert accounts.browser(session, cookie, later) == Visitor(account_id, cast.cara.member_id)
    session.expire_all()
    assert accounts.browser(session, cookie, later + accounts.SIGN_IN_TERM - MINUTE) is not None
    session.expire_all()
    assert accounts.browser(session, cookie, later + 3 * accounts.SIGN_IN_TERM) is None


def test_a_browser_that_signed_out_is_unknown(session: Session, now: datetime, account_id: int) -> None:
    cookie = accounts.open_sign_in(session, account_id, now)
    accounts.sign_out(session, cookie)
    assert accounts.browser(session, cookie, now) is None


@pytest.mark.parametrize(
    ("held", "may"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.TRIAGE, {Scope.READ, Scope.TRIAGE}),
        (Scope.ADMIN, {Scope.READ, Scope.TRIAGE, Scope.ADMIN}),
    ],
)
def test_a_scope_holds_the_ones_before_it(
    session: Session, now: datetime, account_id: int, held: Scope, may: set[Scope]
) -> None:
    _, secret = accounts.create_token(session, account_id, name="t", scopes=[held], now=now, expires_at=None)
    visitor = accounts.bearer(session, secret, now)
    assert visitor is not None
    assert {scope for scope in Scope if visitor.may(scope)} == may


def test_a_browser_may_all_its_member_may() -> None:
    assert all(Visitor(1, 1).may(scope) for scope in Scope)


def test_a_token_expired_revoked_or_of_somebody_who_left_opens_nothing(
    session: Session, cast: Cast, now: datetime, account_id: int
) -> None:
    def made(expires_at: datetime | None = None) -> tuple[Token, str]:
        return accounts.create_token(session, account_id, name="t", scopes=[Scope.READ], now=now, expires_at=expires_at)

    _, short = made(now + MINUTE)
    assert accounts.bearer(session, short, now) is not None
    assert accounts.bearer(session, short, now + MINUTE) is None
    token, revoked = made()
    assert accounts.revoke_token(session, account_id, token.id, now)
    assert not accounts.revoke_token(session, account_id, token.id, now)
    assert accounts.bearer(session, revoked, now) is None
    _, orphan = made()
    people.update_member(session, cast.cara.member_id, active=False)
    assert accounts.bearer(session, orphan, now) is None


def test_nobody_ends_anothers_token(session: Session, cast: Cast, now: datetime, account_id: int) -> None:
    token, secret = accounts.create_token(session, account_id, name="t", scopes=[Scope.READ], now=now, expires_at=None)
    other = accounts.account_of(session, cast.conor.member_id)
    assert not accounts.revoke_token(session, other.id, token.id, now)
    assert accounts.bearer(session, secret, now) is not None


def test_the_last_use_of_a_token_is_written_down_now_and_then(session: Session, now: datetime, account_id: int) -> None:
    token, secret = accounts.create_token(session, account_id, name="t", scopes=[Scope.READ], now=now, expires_at=None)
    for minute in (0, 1, 6):
        accounts.bearer(session, secret, now + minute * MINUTE)
        session.refresh(token)
    assert token.last_used_at == now + 6 * MINUTE
