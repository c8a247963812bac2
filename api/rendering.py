"""Pages from templates: in the reader's language, whole or as the one fragment a swap asked for."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders

from api.clocks import clock_words
from api.judged import (
    buttons,
    choices_of,
    evidence,
    kind_words,
    names_of,
    opener,
    spam_words,
    value_words,
    word_words,
)
from api.locales import LANGUAGES, choose, translations
from api.locales.words import Words
from api.reader import Reader
from api.reasons import move_words, notice_words
from listener.clock import utc_now
from listener.text import direction, snippet
from triage.find.crises import Standing

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGE_COOKIE = "hearback_language"
SAID_COOKIE = "hearback_said"


@dataclass(frozen=True)
class Frame:
    """What stands around every page: who reads, and the few numbers of the top bar."""

    reader: Reader
    member_id: int | None = None
    name: str = ""
    role: str = ""
    department_ids: frozenset[int] = frozenset()
    theme: str = "auto"
    keys: bool = True  # single keys act (WCAG 2.1.4)
    heard_at: Any = None
    guided: bool = False  # first steps are offered: an administrator, to whom nothing was ever heard
    spikes: int = 0
    unread: int = 0
    demo: bool = False
    crises: tuple[Standing, ...] = ()
    may: Mapping[str, bool] = field(default_factory=dict)


def frame_of(request: Request) -> Frame:
    """Return the frame a page's dependency laid, or one for a visitor nobody knows yet."""
    laid = getattr(request.state, "frame", None)
    if isinstance(laid, Frame):
        return laid
    language = choose(None, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))
    return Frame(Reader(language, ZoneInfo("UTC"), utc_now()))


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render `name` for the person who asks.

    A swap (`HX-Request`) whose target is a block of this template is answered with that block alone, so that a
    fragment and its page can never differ. What the last act said is shown once and forgotten.
    """
    frame = frame_of(request)
    environment = environment_of(frame.reader.language)
    template = environment.get_template(name)
    said = _said(request)
    context = template.new_context(_shared(environment, request, frame) | {"flash": said} | values)
    block = _block(request)
    if block in template.blocks:
        # the words for the live region travel beside the fragment; one that has none leaves those that stand there
        beside = environment.get_template("said.html").render(context.get_all()) if context["flash"] else ""
        body = "".join(template.blocks[block](context)) + beside
    else:
        body = "".join(template.root_render_func(context))
    answer = HTMLResponse(body, status_code=status)
    _private(answer.headers, frame.reader.language)
    if status >= 400:
        answer.headers["HX-Push-Url"] = "false"
    if said is not None:
        answer.delete_cookie(SAID_COOKIE, path="/")
    return answer


def fragment(request: Request, name: str, **values: Any) -> HTMLResponse:
    """Render a part that was asked for beside a page; a word left for the page that follows stays for that one."""
    answer = page(request, name, **values)
    del answer.headers["set-cookie"]
    return answer


def back(url: str, said: str | None = None, **data: str) -> Response:
    """Redirect after a form, and leave a word for the page that follows: a key of `Words.said` and its values."""
    answer = RedirectResponse(url, status_code=303)
    if said is not None:
        value = base64.urlsafe_b64encode(json.dumps({"key": said, "data": data}).encode()).decode()
        answer.set_cookie(SAID_COOKIE, value, max_age=30, path="/", httponly=True, samesite="lax")
    return answer


def inside(wanted: str) -> str:
    """Return where to go on, but never to another site."""
    parts = urlsplit(wanted)
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or parts.scheme or parts.netloc or "\\" in wanted:
        return "/inbox"
    return wanted


def is_swap(request: Request) -> bool:
    """Whether script asked, and a fragment is enough."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"


@cache
def environment_of(language: str) -> Environment:
    """Return the templates of one language: escaped always, and strict about names that are not there."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        words=Words(catalogue),
        languages=LANGUAGES,
        static=_static,
        vendor=_vendor,
        direction=direction,
        snippet=snippet,
        marked=marked,
        clock_words=clock_words,
        move_words=move_words,
        notice_words=notice_words,
        buttons=buttons,
        choices_of=choices_of,
        opener=opener,
        icon=icon,
        word_words=word_words,
        names_of=names_of,
        value_words=value_words,
        spam_words=spam_words,
        kind_words=kind_words,
        evidence=evidence,
    )
    return made


def _shared(environment: Environment, request: Request, frame: Frame) -> dict[str, Any]:
    shared = {"frame": frame, "reader": frame.reader, "path": request.url.path, "query": request.url.query}
    # macros see the reader too, blocks rendered alone find them here, and no row of a list makes them anew
    shared["m"] = environment.get_template("macros.html").make_module(shared)
    return shared | {"j": environment.get_template("mentions/judged.html").make_module(shared)}


@cache
def icon(name: str, flip: bool = False, size: int = 16) -> Markup:
    """Draw one of the symbols a page carries; the words beside it say what it means."""
    mirrored = Markup(' class="flip"') if flip else Markup()
    return Markup('<svg width="{0}" height="{0}" aria-hidden="true"{1}><use href="#i-{2}"/></svg>').format(
        size, mirrored, name
    )


def _block(request: Request) -> str:
    return request.headers.get("hx-target", "") if is_swap(request) else ""


def _said(request: Request) -> dict[str, Any] | None:
    """What the last act left to say. The cookie is the browser's: its key is looked up, its values are escaped."""
    try:
        left = json.loads(base64.urlsafe_b64decode(request.cookies.get(SAID_COOKIE, "")))
        return {"key": str(left["key"]), "data": {str(name): str(value) for name, value in left["data"].items()}}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _private(headers: MutableHeaders, language: str) -> None:
    headers["Content-Language"] = language
    headers["Cache-Control"] = "no-store"
    headers["Vary"] = "HX-Request, HX-Target, Cookie, Accept-Language"


@cache
def _static(name: str) -> str:
    """`app.css` -> its address with a mark of its content, so that a browser never keeps an old one."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def _vendor(library: str, file: str) -> str | None:
    """`htmx.org`, `htmx.min.js` -> its address with the version in it; `None` where it was never installed."""
    found = sorted((STATIC / "vendor").glob(f"{library}-*/{file}"))
    return f"/static/{found[-1].relative_to(STATIC).as_posix()}" if found else None


def marked(text: str, spans: list[tuple[int, int]]) -> Markup:
    """Return somebody's words with the spans we looked for marked, and not one character changed."""
    parts: list[Markup] = []
    at = 0
    for start, end in sorted(spans):
        if start < at or end <= start:
            continue
        parts += [Markup.escape(text[at:start]), Markup("<mark>") + Markup.escape(text[start:end]) + Markup("</mark>")]
        at = end
    return Markup("").join([*parts, Markup.escape(text[at:])])
