"""The rows of the top floor: how a member signs in, and what a program may do in their name."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class Account(Numbered, Base):
    """A member's way in."""

    __tablename__ = "accounts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    password_hash: Mapped[str | None]
    last_signed_in_at: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SignInTry(Base):
    """Wrong passwords given for one e-mail, known to us or not, so that a rest never tells which ones we know."""

    __tablename__ = "sign_in_tries"

    digest: Mapped[str] = mapped_column(primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)
    rests_until: Mapped[datetime | None]


class SignInLink(Numbered, Base):
    """A link that signs one member in, once."""

    __tablename__ = "sign_in_links"

    digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignedIn(Numbered, Base):
    """One browser that is signed in; the cookie holds the secret, this row its digest."""

    __tablename__ = "signed_in"

    digest: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Token(Numbered, Base):
    """A bearer token of the API: hashed, scoped, shown once."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
