"""What a deployment may choose for deciding and telling: environment -> one frozen value."""

from functools import cache

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment; the address people open is also what every notice links to."""

    model_config = SettingsConfigDict(env_prefix="HEARBACK_", frozen=True, extra="ignore")

    public_url: str = Field(default="http://127.0.0.1:8000", description="The address people open in their browser.")
    smtp_url: SecretStr | None = Field(
        default=None,
        description="smtp://user:password@host:587?from=Hearback <hearback@example.org>, or smtps://…:465.",
    )
    send_timeout: float = Field(default=15.0, gt=0, description="Seconds one notice may take on its channel.")

    def link(self, path: str) -> str:
        """Return the absolute address of one of our pages."""
        return self.public_url.rstrip("/") + path


@cache
def settings() -> Settings:
    """Return the process's settings, read once."""
    return Settings()
