"""An embedded PostgreSQL of our own, empty and migrated, for measurements that need no whole service."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config

from listener import database
from listener.children import Children
from listener.embedded import Embedded
from listener.settings import settings

ROOT = Path(__file__).parent.parent


@contextmanager
def empty_house(*, durable: bool = True, state: Path | None = None, **environment: str) -> Iterator[Path]:
    """Let this process and its children reach an empty house, with `environment` beside; yield its state folder.

    Where it is not `durable` it would not outlive a power cut. Nothing of it is left behind, but for a `state` folder
    that was given: what is in it is found again.
    """
    kept, children = state, Children()
    state = kept or Path(tempfile.mkdtemp(prefix="hearback-bench-"))
    embedded, before = Embedded(state, children, durable), dict(os.environ)
    try:
        os.environ.update(embedded.start().environment | environment | {"HEARBACK_STATE": str(state)})
        settings.cache_clear()
        config = Config(toml_file=ROOT / "pyproject.toml")
        with database.engine().begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        yield state
    finally:
        database.forget()
        children.stop()
        embedded.forget()
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
        if kept is None:
            shutil.rmtree(state, ignore_errors=True)
