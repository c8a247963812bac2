"""What we listen for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base, Numbered


class TopicKind(StrEnum):
    """The eight kinds of things worth listening for (requirement S3-3)."""

    BRAND = "brand"
    PRODUCT = "product"
    PERSON = "person"
    COMPETITOR = "competitor"
    INDUSTRY = "industry"
    INFLUENCER = "influencer"
    CAMPAIGN = "campaign"
    OWN_STAFF = "own_staff"


class Topic(Numbered, Base):
    """A boolean query with a name and a kind."""

    __tablename__ = "topics"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    query: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    tolerance: Mapped[float] = mapped_column(default=0.5)  # false alerts a week people put up with
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
