"""What a deployment may choose for hearing: environment -> one frozen value."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

VERSION = "0.1.0"


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]  # a,b,c in the environment


class Settings(BaseSettings):
    """Read from the environment; `DATABASE_URL` and `REDIS_URL` keep the names every host sets."""

    model_config = SettingsConfigDict(env_prefix="HEARBACK_", frozen=True, extra="ignore")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")
    state: Path = Field(default=Path(".hearback"), description="The one folder that holds local state.")
    languages: Words = Field(default=("en", "fa", "ar", "he"), description="Languages heard first.")
    contact: str = Field(default="", description="Address or page told to feeds in our User-Agent.")
    allow_hosts: Words = Field(
        default=(), description="host or host:port names that may be private or loopback addresses."
    )
    fetch_timeout: float = Field(default=30.0, gt=0, description="Seconds for one whole request, body included.")
    fetch_connect_timeout: float = Field(default=10.0, gt=0, description="Seconds to connect.")
    fetch_max_bytes: int = Field(default=5_000_000, gt=0, description="Largest reply, after decompression.")
    poll_pages: int = Field(default=20, gt=0, description="Pages one poll may read before it leaves a gap.")
    claim_term: float = Field(default=120.0, gt=0, description="Seconds after which a silent worker loses its feed.")
    mood_max_chars: int = Field(default=2_000, gt=0, description="How much of a long text its mood is read from.")
    mood_model: str = Field(
        default="",
        description="Folder or hub name of a transformer that tells moods (extra `transformers`); else by words.",
    )

    @property
    def user_agent(self) -> str:
        """Our name, as every feed sees it."""
        contact = f" (+{self.contact})" if self.contact else ""
        return f"Hearback/{VERSION}{contact}"


@cache
def settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()
