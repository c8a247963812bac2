"""What a deployment may choose for showing: environment -> one frozen value."""

from functools import cache

from pydantic import Field

from triage.settings import Settings as DecidingSettings


class Settings(DecidingSettings):
    """The door's own choices beside those of the floor below (public address, SMTP)."""

    host: str = Field(default="127.0.0.1", description="Address the door listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the door listens on.")
    demo: bool = Field(default=True, description="Whether a first start without feeds shows the demo.")
    sign_in_days: float = Field(default=14.0, gt=0, description="Days a browser stays signed in without a visit.")
    ingest_per_minute: int = Field(default=120, gt=0, description="Calls one pushing feed may make in a minute.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @property
    def is_secure(self) -> bool:
        """Whether people come in by https, so that cookies may ask for it."""
        return self.public_url.startswith("https://")


@cache
def settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()
