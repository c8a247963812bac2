"""HTML and markdown to plain lines and the web addresses behind them."""

import html as entities
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST_HTML = 300_000
LONGEST_LINK = 2_000
MOST_LINKS = 50
# the parser needs quadratic time in the depth of nesting; nobody writes posts this deep
_DEEPEST = 500

_DROPPED = re.compile(
    "script|style|noscript|template|iframe|object|embed|svg|math|head|title|textarea|select|button|audio|video"
)
_PARAGRAPH = re.compile("p|blockquote|ul|ol|dl|table|pre|h[1-6]|figure|article|section|aside|hr")
_LINE = re.compile("div|li|tr|dt|dd|header|footer|main|nav|figcaption|address|form|details|summary|caption")
_CELL = re.compile("td|th")
_VOID = re.compile("br|hr|img|input|meta|link|wbr|source|area|base|col|embed|p|li|td|th|tr|dt|dd|option")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_WHITE = re.compile(r"[ \t\r\n\f]+")
# where a line and a paragraph end, until all is written; plain() has dropped these from the text itself
_NEW_LINE, _NEW_PARAGRAPH = "\x01", "\x02"
_NEW = re.compile(r"[\x01\x02][ \x01\x02]*")

_BARE_LINK = re.compile(r"(?:https?://|www\.(?=\w))[^\s<>\"“”«»]{2,2000}", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "["}
_TRAILING = ".,;:!?'’…،؛؟*_~|"
_WRAPPERS = {
    "google.com/url": ("q", "url"),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "l.instagram.com/": ("u",),
    "out.reddit.com/": ("url",),
    "youtube.com/redirect": ("q",),
    "vk.com/away.php": ("to",),
    "slack-redir.net/link": ("url",),
    "linkedin.com/redir/redirect": ("url",),
}

_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_MD_LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,500})\]\([ ]{0,3}<?([^()\s<>]{1,2000}(?:\([^()\s<>]{0,200}\))?)>?[^()\n]{0,200}\)"
)
_MD_AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,2000})>")
_MD_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]{0,100}>", re.IGNORECASE)
_MD_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--[^<>]{0,500}-->")
_MD_HEAD = re.compile(r"^ {0,3}(?:#{1,6}[ \t]+|>[ \t]?(?:>[ \t]?){0,20})", re.MULTILINE)
_MD_ITEM = re.compile(r"^([ \t]{0,12})[-*+][ \t]+(?=\S)", re.MULTILINE)
_MD_RULE = re.compile(r"^ {0,3}(?:[-*_=][ \t]?){3,200}$", re.MULTILINE)
_MD_STRONG = re.compile(r"(\*\*|__|~~|\|\|)(?=\S)([^\n*_~|]{1,500})\1")
_MD_EMPHASIS = re.compile(r"(?<![\w*_`\\])([*_`])(?=\S)([^\n*_`]{1,500})(?<=\S)\1(?![\w*_`])")
_MD_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")


class Links:
    """The web addresses of one text, unwrapped, in order, once each."""

    def __init__(self, base_url: str | None = None) -> None:
        self.base_url = base_url
        self._found: dict[str, None] = {}

    def add(self, address: str) -> None:
        """Keep `address` if it is a web address that can be understood."""
        address = address.strip()
        if not address or len(address) > LONGEST_LINK or len(self._found) >= MOST_LINKS:
            return
        if address.lower().startswith("www."):
            address = f"https://{address}"
        try:
            whole = unwrapped(urljoin(self.base_url or "", address))
            parts = urlsplit(whole)
        except ValueError:
            return
        if parts.scheme in {"http", "https"} and parts.hostname and not _WHITE.search(whole):
            self._found[whole] = None

    def found(self) -> tuple[str, ...]:
        """Return what was kept."""
        return tuple(self._found)


def unwrapped(url: str) -> str:
    """Return the address a well-known redirector (`google.com/url?q=…`) leads to; raises ValueError on a broken one."""
    parts = urlsplit(url)
    place = f"{(parts.hostname or '').removeprefix('www.')}{parts.path}"
    for name in _WRAPPERS.get(place, ()):
        inner = parse_qs(parts.query, max_num_fields=50).get(name, [""])[0]
        if inner.startswith(("http://", "https://")):
            return inner
    return url


def bare_links(text: str, links: Links) -> None:
    """Add the web addresses that stand in a text as they are."""
    if "://" not in text and "www." not in text.lower():
        return
    for found in _BARE_LINK.finditer(text):
        address = found.group().rstrip(_TRAILING)
        # "(see https://a.example/b)" ends before the bracket; "https://a.example/b_(c)" does not
        while address[-1:] in _BRACKETS and address.count(address[-1]) > address.count(_BRACKETS[address[-1]]):
            address = address[:-1].rstrip(_TRAILING)
        links.add(address)


def from_html(source: str, links: Links) -> str:
    """Return the readable lines of HTML: what a reader would see, hashtags and mentions as text."""
    source = source[:LONGEST_HTML]
    if _depth(source) > _DEEPEST:
        return entities.unescape(_ANY_TAG.sub(" ", source))
    root = LexborHTMLParser(source).root
    parts: list[str] = []
    # a stack instead of recursion; a string on it is what to write when its element ends
    waiting: list[LexborNode | str | None] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
        elif node is not None:
            waiting.append(node.next)
            _enter(node, parts, waiting, links)
    return _NEW.sub(lambda run: "\n\n" if _NEW_PARAGRAPH in run.group() else "\n", "".join(parts))


def from_markdown(source: str, links: Links) -> str:
    """Return the readable lines of markdown, read lightly: marks gone, words and lines kept."""
    source = source[:LONGEST_HTML]

    def shown(found: re.Match[str]) -> str:
        if not found[1]:
            links.add(found[3])
        return found[2]

    text = _MD_LINK.sub(shown, _MD_AUTOLINK.sub(r"\1", _FENCE.sub("", source)))
    text = _MD_TAG.sub("", _MD_BREAK.sub("\n", text))
    text = _MD_ITEM.sub(r"\1• ", _MD_HEAD.sub("", _MD_RULE.sub("", text)))
    text = _MD_EMPHASIS.sub(r"\2", _MD_STRONG.sub(r"\2", text))
    text = entities.unescape(_MD_ESCAPE.sub(r"\1", text))
    bare_links(text, links)
    return text


def _depth(source: str) -> int:
    """Return how deep elements may nest, from the tags alone."""
    depth = deepest = 0
    for closing, name in _TAG.findall(source):
        if _VOID.fullmatch(name.lower()):
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest


def _enter(node: LexborNode, parts: list[str], waiting: list[LexborNode | str | None], links: Links) -> None:
    """Write what `node` begins with; leave on the stack what it contains and ends with."""
    tag = node.tag or ""
    if tag == "-text":
        parts.append(_WHITE.sub(" ", node.text_content or ""))
        return
    if tag.startswith("-") or _DROPPED.fullmatch(tag):
        return
    if tag == "pre":
        parts.append(f"{_NEW_PARAGRAPH}{node.text(deep=True)}{_NEW_PARAGRAPH}")
        return
    attributes = node.attributes
    classes = set((attributes.get("class") or "").split())
    if "invisible" in classes or "hidden" in attributes:
        return
    ending = _ending(tag)
    parts.append(ending)
    if tag == "br":
        parts.append("\n")
    elif tag == "li":
        parts.append("• ")
    elif tag == "img":
        parts.append(_picture(attributes, classes))
    elif tag == "a" and not classes & {"mention", "hashtag"} and attributes.get("rel") != "tag":
        links.add(attributes.get("href") or "")
    waiting.extend(("…" if "ellipsis" in classes else ending, node.child))


def _ending(tag: str) -> str:
    """Return what stands before and after an element: a paragraph, a line, a gap or nothing."""
    if _PARAGRAPH.fullmatch(tag):
        return _NEW_PARAGRAPH
    if _LINE.fullmatch(tag):
        return _NEW_LINE
    return " " if _CELL.fullmatch(tag) else ""


def _picture(attributes: dict[str, str | None], classes: set[str]) -> str:
    """Return the emoji a small picture stands for; other pictures say nothing."""
    is_emoji = any("emoji" in name or "smiley" in name for name in classes)
    return (attributes.get("alt") or "")[:40] if is_emoji else ""
