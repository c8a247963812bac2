"""The door for people and programs: pages, API, files and health under one roof."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import errors, health, logs, pages, v1
from api.guard import Guard
from api.rendering import STATIC
from api.settings import settings
from api.v1 import told
from listener.settings import VERSION


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    logs.configure(settings().log_level)
    yield


def create_app() -> FastAPI:
    """Return the whole door. It opens no connection until somebody asks for something."""
    app = FastAPI(
        title="Hearback",
        version=VERSION,
        summary="Social listening and triage: every mention heard, routed and answered in time.",
        description=v1.DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        openapi_tags=v1.TAGS,
        webhooks=told.webhooks,
        # both pages fetch their scripts from elsewhere
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        separate_input_output_schemas=False,
        generate_unique_id_function=v1.operation_id,
    )
    errors.install(app)
    app.include_router(v1.router)
    app.include_router(health.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages.router, include_in_schema=False)
    app.add_middleware(Guard)
    return app
