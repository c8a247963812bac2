"""What spam is full of in every language: links, numbers to call, sums, shouting, floods; and accounts made for it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from listener.heard import Speaker

_ADDRESS = re.compile(
    r"https?://\S|\bwww\.\S|\bhttps?\b|\b[\w-]{2,40}\.(?:com|net|biz|info|xyz|top|shop|online)\b", re.I
)
_SHORT_LINK = re.compile(
    r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|ow\.ly|is\.gd|cutt\.ly|rb\.gy|rebrand\.ly|shorturl\.at|adf\.ly|linktr\.ee)/",
    re.I,
)
_INVITE = re.compile(
    r"\b(?:t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|discord\.gg|joinchat|rubika\.ir|eitaa\.com|ble\.ir)\b/?", re.I
)
_DIGIT = re.compile(r"\d")
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d\s().-]{7,18}\d(?!\w)")
_SHORT_CODE = re.compile(r"(?<![\w.,:/-])\d{5}(?![\w.,:/-])")
_MONEY = re.compile(r"[£$€₪﷼]\s?\d|\d\s?[£€₪﷼]|\d\s?(?:تومان|تومن|ریال|دولار|دينار|ريال|درهم|شيكل|دلار|ש\"ח|שקל|דולר)")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_MARKS = re.compile(r"!{2,}|(?:!\s?){3}")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_HANDLE = re.compile(r"(?<!\w)@\w")
_TAG = re.compile(r"(?<!\w)#\w")

_MANY_DIGITS = re.compile(r"[^\W\d]\d{5,}$")
_NO_VOWELS = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}", re.I)
_CHANGES = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")

_NEW, _YOUNG = timedelta(days=7), timedelta(days=30)


def of_text(text: str, links: Sequence[str] = ()) -> dict[str, float]:
    """Return the signs of a text and what each weighs; `links` are the addresses it points to."""
    found: dict[str, float] = {}
    addresses = max(len(links), len(_ADDRESS.findall(text)))
    if addresses:
        found["links" if addresses >= 3 else "link"] = 1.6 if addresses >= 3 else 0.75
    for key, pattern, weight in (("short_link", _SHORT_LINK, 0.8), ("invite", _INVITE, 1.2)):
        if pattern.search(text) or any(map(pattern.search, links)):
            found[key] = weight
    if _DIGIT.search(text):
        for key, pattern, weight in (("phone", _PHONE, 1.3), ("short_code", _SHORT_CODE, 0.8), ("money", _MONEY, 0.5)):
            if pattern.search(text):
                found[key] = weight
    if _MARKS.search(text):
        found["marks"] = 0.4
    for key, pattern, least, weight in (
        ("shouting", _SHOUTED, 3, 0.5),
        ("emoji", _EMOJI, 8, 0.4),
        ("mentions", _HANDLE, 5, 1.2),
        ("hashtags", _TAG, 8, 1.0),
    ):
        if len(pattern.findall(text)) >= least:
            found[key] = weight
    return found


def of_author(author: Speaker, posted_at: datetime | None) -> dict[str, float]:
    """Return the signs of an account made for spam, as far as its source tells of it."""
    found: dict[str, float] = {}
    followers, following = author.followers, author.following
    if followers is not None and following is not None and following >= 200 and followers * 10 <= following:
        found["followers"] = 0.8
    if author.since is not None and posted_at is not None:
        age = posted_at - author.since
        if age < _YOUNG:
            found["new_account"] = 0.8 if age < _NEW else 0.4
    if looks_generated(author.handle):
        found["handle"] = 0.5
    return found


def looks_generated(handle: str) -> bool:
    """Say whether a machine seems to have made a handle: `Maria84720193`, `x7k2p9q4`; a year at the end is human."""
    name = handle.lstrip("@").partition("@")[0][:100]
    return bool(_MANY_DIGITS.search(name) or _NO_VOWELS.search(name)) or len(_CHANGES.findall(name)) >= 4
