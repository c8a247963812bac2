"""A language nobody speaks, its words accented and two fifths longer: no page breaks, and no sentence was forgotten."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from playwright.sync_api import Browser

from api import locales, reader, rendering
from api.locales.extract import template
from api.pages import afterwards, composing, empathy
from listener.clock import utc_now
from tests.journeys.conftest import Desk, watched
from tests.journeys.furniture import furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCENTS = str.maketrans("AEIOUYaeiouycnsz", "ÅÉÎÖÛÝåéîöûýçñšž")
MARKED = "ÅÉÎÖÛÝåéîöûýçñšž"
# what a sentence is filled with, and what is no letter of it
KEPT = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;")
PAGES = (
    "/inbox?lane=triage", "/issues/{issue_id}", "/promises", "/flowchart", "/feeds", "/feeds/new", "/topics",
    "/departments", "/people", "/me", "/start",
)  # fmt: skip


def longer(sentence: str) -> str:
    """Return a sentence with its vowels accented and each word two fifths longer, its placeholders untouched."""
    parts, at = [], 0
    for kept in KEPT.finditer(sentence):
        parts += [_stretched(sentence[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, _stretched(sentence[at:])])


def _stretched(text: str) -> str:
    def one(word: re.Match[str]) -> str:
        said = word[0].translate(ACCENTS)
        return said + "ö" * round(len(said) * 0.4)

    return re.sub(r"[A-Za-z’']+", one, text)


def pseudo() -> Translations:
    """The catalogue of that language, made from the English sentences."""
    made = Catalog(locale="en")
    for message in template():
        if not message.id:
            continue
        several = not isinstance(message.id, str)
        said = tuple(longer(one) for one in message.id) if several else longer(str(message.id))
        made.add(message.id, said, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, made)
    compiled.seek(0)
    return Translations(compiled)


@pytest.fixture(scope="module")
def spoken() -> Iterator[None]:
    """English readers are spoken to in it, for as long as this file runs."""
    catalogue = pseudo()
    with pytest.MonkeyPatch.context() as patch:
        for module in (locales, rendering, reader, afterwards, composing, empathy):
            patch.setattr(module, "translations", lambda _: catalogue)
        rendering.environment_of.cache_clear()
        yield
    rendering.environment_of.cache_clear()


@pytest.fixture(scope="module")
def places(spoken: None, desk: Desk) -> dict[str, str]:
    """What stands for each name in an address."""
    with desk.transaction() as session:
        return furnish(session, desk.cast, utc_now() - timedelta(minutes=1))


# text nodes of ours; whatever may be data or a name is not ours to translate
OURS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim(), parent = node.parentElement;
    if (!/[A-Za-z]{3}/.test(text) || parent.closest(
      'bdi, time, code, kbd, pre, script, style, noscript, template, textarea, select, option, svg, [dir=auto], .ltr, ' +
      '.who, .said, [lang]:not(html), .initials, .src, .brand, .query, h3[dir], .post [dir]')) continue;
    if (!parent.checkVisibility()) continue;
    found.push(text);
  }
  return found;
}"""
CUT = """() => [...document.querySelectorAll('.btn, nav a, th')]
  .filter((one) => one.checkVisibility() && !one.closest('.vh') && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
  .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60)} `
    + `(${one.scrollWidth} in ${one.clientWidth})`)"""
DAY = re.compile(
    r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)?\s?\d{1,2} [A-Z][a-z]{2,8}( \d{4})?\b"
)  # Babel writes them in English
NAMES = re.compile(
    r"\b(Hearback|Nimbo|CSV|JSONL|RSS|UTC|HB|Mastodon|Hacker News|OpenAPI|Gregorian|English|Care|Content|Product)\b"
)


@pytest.mark.parametrize("width", [1440, 390])
def test_longer_words_break_nothing_and_none_was_forgotten(
    desk: Desk, browser: Browser, places: dict[str, str], width: int
) -> None:
    context = desk.enter(browser, "ada", viewport={"width": width, "height": 900})
    page = context.new_page()
    complaints = watched(page)
    found: list[str] = []
    for path in PAGES:
        address = path.format_map(places)
        page.goto(desk.base + address)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            found.append(f"{address} scrolls {over} px sideways at {width} px")
        found += [f"{address} at {width} px cuts {one}" for one in page.evaluate(CUT)]
        for text in page.evaluate(OURS):
            if re.search(r"[A-Za-z]{3}", NAMES.sub("", DAY.sub("", text))) and not any(mark in text for mark in MARKED):
                found.append(f"{address} is not translated: {text[:80]}")
    context.close()
    assert not found + complaints, "\n".join(dict.fromkeys(found + complaints))


def test_the_language_keeps_what_a_sentence_is_filled_with() -> None:
    assert longer("%(n)s issues in {department}") == "%(n)s îššûéšöö îñö {department}"
