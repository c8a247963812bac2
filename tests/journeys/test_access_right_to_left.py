"""As in test_access.py, the two other languages that run from right to left."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Desk
from tests.journeys.test_access import every_page, places, pytestmark

__all__ = ["places", "pytestmark"]


@pytest.mark.parametrize("language", ["ar", "he"])
def test_every_page_is_open_to_everybody(desk: Desk, browser: Browser, places: dict[str, str], language: str) -> None:
    assert every_page(desk, browser, places, language) == ""
