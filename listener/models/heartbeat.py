"""That a process was alive."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from listener.database import Base


class Heartbeat(Base):
    """The last sign of life of one worker, of beat or of an API process."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    at: Mapped[datetime]
    started_at: Mapped[datetime]
