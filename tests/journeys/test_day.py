"""The social manager's day by keyboard alone: from sign-in through twenty cards to the empty lane; in Persian too."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import accounts
from listener.clock import utc_now
from tests.journeys.conftest import PATIENCE, Desk, watched
from tests.triage.conftest import Maker
from triage import empathy
from triage.models import Issue, Member, Move, Status, stands

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARDS = 20
PASSWORD = "a lid, a kettle and rain"
PEOPLE = {
    "en": ("Mirela", "Tomas", "Reza", "Sandra", "Felix"),
    "fa": ("نسترن", "حامد", "شیرین", "بهرام", "لیلا"),
}
THINGS = {
    "en": ("the lid", "the parcel", "the refund", "the app", "the handle", "the steam", "the invoice"),
    "fa": ("درپوش", "بسته", "بازپرداخت", "برنامه", "دسته", "بخار", "فاکتور"),
}
SAID = {
    "en": "About {thing}: I read what you wrote twice, {n} of you told us.",
    "fa": "دربارهٔ {thing}: نوشته‌تان را دو بار خواندم، نفر {n} هستید.",
}
EMPTY = {"en": "Everyone has been heard", "fa": "همه شنیده شدند"}


def lay(desk: Desk, language: str) -> None:
    """Twenty matters of five people, the listener's language, and her password."""

    def fill(session: Session, make: Maker) -> None:
        empathy.ensure_shipped(session, make.now)
        authors = [make.author(f"{language}{n}", name=name) for n, name in enumerate(PEOPLE[language])]
        for n in range(CARDS):
            text = SAID[language].format(thing=THINGS[language][n % 7], n=n)
            author = authors[n % len(authors)]
            posted = make.now - timedelta(minutes=20 * n)
            mention = make.mention(author_id=author.id, text=text, language=language, posted_at=posted)
            make.issue(mention, department_id=desk.cast.care.id, title=text)
        lina = session.get_one(Member, desk.cast.lina.member_id)
        lina.language = language
        accounts.set_password(session, lina.id, PASSWORD)

    desk.clear()
    desk.fill(fill)


def focused(page: Page) -> str:
    """Say what has focus, as a person would find it: its tag and id or class."""
    found: str = page.evaluate(
        "() => { const e = document.activeElement; return `${e.tagName}#${e.id}.${e.className} ${e.name ?? ''}` }"
    )
    return found


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of that name has focus."""
    for _ in range(20):
        if page.evaluate("() => document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name}: {focused(page)}")


def in_hand(page: Page) -> str:
    """Return the card in hand, once the pane shows it."""
    card = page.locator(".card[aria-current]")
    expect(card).to_have_count(1)
    number = (card.get_attribute("id") or "").removeprefix("card-")
    expect(page.locator(f'#pane #compose[data-draft="{number}"]')).to_be_visible()
    return number


@pytest.mark.parametrize("language", ["en", "fa"])
def test_twenty_cards_from_sign_in_to_the_empty_lane_by_keyboard_alone(
    desk: Desk, browser: Browser, language: str
) -> None:
    lay(desk, language)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=language)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = watched(page)
    page.goto(f"{desk.base}/inbox")
    tab_to(page, "email")
    page.keyboard.type("lina@example.org")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "fa" else "ltr")
    expect(page.locator(".card")).to_have_count(CARDS)
    # down the list and up again: what is in hand follows
    first = in_hand(page)
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator(f"#card-{first}[aria-current]")).to_have_count(0)
    page.keyboard.press("k")
    expect(page.locator(f"#card-{first}[aria-current]")).to_have_count(1)

    for n in range(CARDS):
        card = in_hand(page)
        answer(page, n, language)
        if n == 4:
            took_back(page, card)
        expect(page.locator(f"#card-{card}")).to_have_count(0)
        expect(page.locator(".card")).to_have_count(CARDS - 1 - n)
        # focus is where the work goes on: on the next card, or on the empty list
        assert not focused(page).startswith("BODY"), focused(page)
    expect(page.locator(".empty").first).to_contain_text(EMPTY[language])
    assert complaints == []
    told(desk, language)
    context.close()


def answer(page: Page, n: int, language: str) -> None:
    """Begin with a line, add a word, hand over, next."""
    words = page.locator("#words")
    if n % 4 == 3:
        # without a line: a and words of one's own
        page.keyboard.press("a")
    else:
        page.keyboard.press(f"Digit{n % 3 + 1}")
        expect(words).not_to_have_value("")
    expect(words).to_be_focused()
    page.keyboard.type(f" {THINGS[language][n % 7]}!")
    if n % 5 == 1:
        # another department: out of the words, h, the next one in the list, and the line names it
        page.keyboard.press("Escape")
        page.keyboard.press("h")
        expect(page.locator("#department")).to_be_focused()
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")


def took_back(page: Page, card: str) -> None:
    """Take the act back: the card is in hand again with the words as a draft; then do it after all."""
    expect(page.locator(f"#card-{card}")).to_have_count(0)
    expect(page.locator("#said [data-undo]")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(f"#card-{card}[aria-current]")).to_have_count(1)
    expect(page.locator("#words")).not_to_have_value("")
    page.keyboard.press("a")
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.press("Control+Enter")


def told(desk: Desk, language: str) -> None:
    """Every issue is handed over, each acknowledgement says whether it was personal, and one act was taken back."""
    with desk.transaction() as session:
        issues = session.scalars(select(Issue).where(Issue.language == language)).all()
        assert [one.status for one in issues] == [Status.HANDED] * CARDS
        assert {one.department_id for one in issues} != {desk.cast.care.id}
        ids = [one.id for one in issues]
        of_day = (Move.issue_id.in_(ids), Move.sort == "acknowledge", stands(Move))
        said = session.scalars(select(Move).where(*of_day)).all()
        assert len(said) == CARDS
        assert all("personal" in one.data for one in said)
        assert sum(1 for one in said if one.data["line_id"]) > CARDS / 2
        assert not any("{" in one.words for one in said)
        taken = select(func.count()).select_from(Move).where(Move.issue_id.in_(ids), Move.undoes_id.is_not(None))
        assert session.scalar(taken) == 2  # both halves of one act
        assert max(one.at for one in said) <= utc_now()
