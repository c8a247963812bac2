"""Near-duplicates: reposts, syndication, edited titles; and one spelling for one page."""

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from hashlib import shake_128
from itertools import pairwise
from struct import Struct
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Shingles are single words and pairs of neighbours. Of every shingle one digest gives 64 numbers of 16 bits, of every
# pair one gives 24 numbers of 32 bits. The smallest of each column over a text agrees between two texts as often as
# their shingles overlap (MinHash). The lowest bit of each of the 64 makes the value; three of the 24 make a band: three
# pairs in common at once, so that everyday words do not fill a band and looking one up does not grow.
_BITS = 64
_BANDS = 8
_COLUMNS = 3
_NARROW, _WIDE = 2 * _BITS, 4 * _BANDS * _COLUMNS  # bytes of a digest
_WIDE_NUMBERS = Struct(f"<{_BANDS * _COLUMNS}I")


def _repeated(narrow: bytes, wide: bytes) -> int:
    return int.from_bytes(narrow * (_NARROW // len(narrow)) + wide * (_WIDE // len(wide)), "little")


# A digest is one long number: all its columns are compared at once, which takes half the time of one by one. Where the
# highest bit of each column stands, split by width, and all other bits.
_HIGH_NARROW, _HIGH_WIDE = _repeated(b"\0\x80", b"\0\0\0\0"), _repeated(b"\0\0", b"\0\0\0\x80")
_HIGH = _HIGH_NARROW | _HIGH_WIDE
_ALL = _repeated(b"\xff\xff", b"\xff\xff\xff\xff")
_LOW = _HIGH ^ _ALL
_NO_PAIR = _repeated(b"\0\0", b"\xff\xff\xff\xff")  # a single word has no say in the bands
# bits that may differ: 10 of 64 is an overlap of about seven shingles in ten; unrelated texts differ in 32 ± 4
_ALIKE_WITHIN = 10
_READ_WORDS = 200
_FEWEST_WORDS = 3
_FEWEST_TO_COMPARE = 5

_WORD = re.compile("[\u3041-\u30ff\u3400-\u9fff\u0e01-\u0e5b]|[^\\W_\u3041-\u30ff\u3400-\u9fff\u0e01-\u0e5b]+")
_ADDRESS = re.compile(r"https?:?//\S+|www?\.\S+|(?:\bvia )?(?<!\w)@[\w.\-]+(?:@[\w.\-]+)?")
_FORWARDED = re.compile(r"^(?:(?:rt|repost|via|re|fw|fwd|update|updated|breaking)\b[\s:@]*)+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A signed 64-bit value that alike texts nearly share, and the signed 64-bit bands to find them by.

    Bands of two alike texts meet in at least one place nearly always; look those up, then ask `is_alike`.
    """

    value: int
    bands: tuple[int, ...]


def fingerprint(folded_text: str) -> Fingerprint | None:
    """Return the fingerprint of a folded text; `None` under three words, which say the same by chance.

    Handles, addresses, a leading "RT" and who it came "via" do not count. Three and four words are alike only if they
    are the same.
    """
    words = _spoken(folded_text)
    if len(words) < _FEWEST_WORDS:
        return None
    if len(words) < _FEWEST_TO_COMPARE:
        exact = _signed_digest(" ".join(words))
        return Fingerprint(exact, (exact,))
    singles = map(_word_row, dict.fromkeys(words))
    pairs = map(_pair_row, dict.fromkeys(map(" ".join, pairwise(words))))
    least = reduce(_least, pairs, reduce(_least, singles, _ALL)).to_bytes(_NARROW + _WIDE, "little")
    value = sum((byte & 1) << place for place, byte in enumerate(least[:_NARROW:2]))
    wide = _WIDE_NUMBERS.unpack_from(least, _NARROW)
    bands = (_signed_digest(repr((at, *wide[at : at + _COLUMNS]))) for at in range(0, len(wide), _COLUMNS))
    return Fingerprint(_signed(value), tuple(bands))


def words(folded_text: str) -> frozenset[str]:
    """Return the words of a folded text that its fingerprint is made of."""
    return frozenset(_spoken(folded_text))


def is_alike(a: int, b: int) -> bool:
    """Say whether two fingerprint values belong to near-duplicates."""
    return ((a ^ b) & 0xFFFF_FFFF_FFFF_FFFF).bit_count() <= _ALIKE_WITHIN


def _spoken(folded_text: str) -> list[str]:
    spoken = _ADDRESS.sub(" ", folded_text)
    return _WORD.findall(_FORWARDED.sub("", spoken.lstrip(" \"':")))[:_READ_WORDS]


def _digest(shingle: str, size: int) -> bytes:
    """Return the same `size` bytes for the same shingle, on every machine and in every process."""
    return shake_128(shingle.encode("utf-8", "replace")).digest(size)


@lru_cache(maxsize=10_000)
def _word_row(word: str) -> int:
    """Return a word's digest as one number: most words of a post were in many before it."""
    return int.from_bytes(_digest(word, _NARROW), "little") | _NO_PAIR


def _pair_row(pair: str) -> int:
    return int.from_bytes(_digest(pair, _NARROW + _WIDE), "little")


def _least(one: int, other: int) -> int:
    """Return the smaller of two digests, column by column."""
    differ = one ^ other
    # the highest bit of a column stays where the rest of `one` is not below the rest of `other`
    rest = (one | _HIGH) - (other & _LOW)
    below = ((differ & other) | ((differ | rest) ^ _ALL)) & _HIGH
    lowest = (below & _HIGH_NARROW) >> 15 | (below & _HIGH_WIDE) >> 31
    return other ^ (differ & ((below - lowest) | below))


def _signed_digest(shingle: str) -> int:
    """Return a signed 64-bit number for a text."""
    return int.from_bytes(_digest(shingle, 8), "big", signed=True)


def _signed(value: int) -> int:
    """Return an unsigned 64-bit number as the signed one PostgreSQL keeps."""
    return value - (1 << 64) if value >= 1 << 63 else value


_TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_hs\w*|mkt_tok|vero_id"
    r"|ref_?src|ref_?url|ref|cmpid|campaign_?id|share_id|spm|s_cid|at_\w+|ns_\w+|_ga|_gl|oly_\w+|__twitter_impression|amp",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Return one spelling for one page: https, no tracking, fragment, `www.`, default port or final slash.

    What is left of the query is sorted. An address that cannot be read comes back as it is, without spaces round it.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www.").rstrip("."), parts.port
        query = sorted(
            pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])
        )
    except ValueError:
        return url.strip()
    if parts.scheme not in _PORTS or not host:
        return url.strip()
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place = f"{place}:{port}"
    return urlunsplit(("https", place, parts.path.rstrip("/"), urlencode(query), ""))
