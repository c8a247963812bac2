"""What we listen for: a boolean query, read and checked, matched on folded text.

brand AND (refund OR "money back") NOT giveaway      words side by side mean AND; NOT or - excludes
refund NEAR/5 late                                    at most five words between; NEAR alone is NEAR/10
acm*  lang:fa,ar  source:rss  author:@lina@a.example  beginnings; the mention's language, feed kind, author
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from listener.queries import Either, Every, Field, Near, Node, Query, Without, Words
from listener.speech import Speech, words_of
from listener.text import fold, folded

__all__ = ["LONGEST_QUERY", "Query", "QueryError", "Speech", "highlights", "read"]

LONGEST_QUERY = 4_000
_DEEPEST = 30
_NEAR_BY = 10
_FARTHEST = 100
_FIELDS = {"lang": "lang", "language": "lang", "source": "source", "author": "author", "from": "author"}
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR"})

# a quotation mark between two Hebrew letters belongs to the word (an abbreviation), it quotes nothing
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))
    |(?P<quoted>["“”„«»](?P<phrase>(?:(?<=[א-ת])["״](?=[א-ת])|[^"“”„«»])*)(?P<end>["“”„«»]?)(?P<star>\*?))
    |(?P<field>(?P<name>[A-Za-z]{2,20}):(?P<value>(?:"[^"\n]*"|[^\s()"])*))
    |(?P<word>(?:(?<=[א-ת])["״](?=[א-ת])|[^\s()"“”„«»])+)""",
    re.VERBOSE,
)


class QueryError(ValueError):
    """A query that cannot be read: the sentence says what to do, the position (0-based) says where."""

    def __init__(self, query: str, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.query = query
        self.position = position
        self.sentence = sentence

    def pointed(self) -> str:
        """Return the query, a caret under the mistake, and the sentence, on three lines."""
        line = re.sub(r"[\s\0]", " ", self.query)
        return f"{line}\n{' ' * self.position}^\n{self.sentence}"


@dataclass(frozen=True, slots=True)
class _Token:
    """One piece of a query and where it begins."""

    sort: str
    text: str
    at: int
    value: str = ""


def read(query: str) -> Query:
    """Read a query, or raise `QueryError` with what is wrong and where."""
    return _Reader(query).whole()


def highlights(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the (start, end) spans in the original `text` where a query's `words()` stand, in order, not touching."""
    key = folded(text)
    speech = Speech(key.key)
    spans: list[tuple[int, int]] = []
    for word in words:
        parts = words_of(word)
        if parts:
            found = Words(tuple(parts), open=word.endswith("*")).spans(speech)
            spans.extend(key.span(speech.spans[first][0], speech.spans[last][1]) for first, last in found)
        elif word:
            spans.extend(key.span(hit.start(), hit.end()) for hit in re.finditer(re.escape(word), key.key))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Reader:
    """Reads by descent: OR of ANDs of NOTs of NEARs of words, fields and groups."""

    def __init__(self, query: str) -> None:
        self.query = query
        if len(query) > LONGEST_QUERY:
            raise QueryError(query, LONGEST_QUERY, f"A query may have at most {LONGEST_QUERY} characters.")
        self.tokens = self._tokens()
        self.next = 0
        self.depth = 0

    def whole(self) -> Query:
        """Read everything; nothing may be left over."""
        if not self.tokens:
            raise self.wrong(0, "Write at least one word to listen for.")
        root = self._either()
        if self.next < len(self.tokens):
            raise self.wrong(self.tokens[self.next].at, "This bracket was never opened: remove it or add a “(” before.")
        if not _is_positive(root):
            raise self.wrong(
                0, "This would match nearly everything: say also what to listen for, not only what to leave out."
            )
        return Query(self.query, root)

    def wrong(self, position: int, sentence: str) -> QueryError:
        """Return the mistake, pointed at."""
        return QueryError(self.query, min(position, len(self.query)), sentence)

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        for found in _TOKEN.finditer(self.query):
            at = found.start()
            if found["space"]:
                continue
            if found["quoted"]:
                if not found["end"]:
                    raise self.wrong(at, "This quotation mark is never closed: add one at the end of the phrase.")
                tokens.append(_Token("phrase", found["phrase"] + found["star"], at))
            elif found["field"] and found["name"].lower() in _FIELDS:
                tokens.append(_Token("field", found["name"].lower(), at, found["value"].replace('"', "")))
            elif found["field"] and not found["value"].startswith("//"):
                sentence = (
                    f"There is no field “{found['name']}”: use lang:, source: or author:, or put the words in quotes."
                )
                raise self.wrong(at, sentence)
            elif found["open"] or found["close"]:
                tokens.append(_Token(found.group(), found.group(), at))
            else:
                tokens.extend(_bare(found.group(), at))
        return tokens

    def _peek(self) -> str:
        """Return the sort of the next token, or nothing at the end."""
        return self.tokens[self.next].sort if self.next < len(self.tokens) else ""

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def _here(self) -> int:
        """Return where the next token begins."""
        return self.tokens[self.next].at if self.next < len(self.tokens) else len(self.query)

    def _either(self) -> Node:
        parts = [self._every()]
        while self._peek() == "OR":
            self._take()
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self) -> Node:
        parts = [self._maybe_not()]
        while self._peek() not in {"", ")", "OR"}:
            if self._peek() == "AND":
                self._take()
            parts.append(self._maybe_not())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _maybe_not(self) -> Node:
        if self._peek() != "NOT":
            return self._near()
        odd = False
        while self._peek() == "NOT":
            self._take()
            odd = not odd
        part = self._near()
        return Without(part) if odd else part

    def _near(self) -> Node:
        at = self._here()
        left = self._one()
        while self._peek() == "NEAR":
            token = self._take()
            right_at = self._here()
            right = self._one()
            if not isinstance(left, Words | Either) or not _has_places(left):
                raise self.wrong(at, "NEAR needs a word, a phrase or a group of words joined by OR on its left.")
            if not isinstance(right, Words | Either) or not _has_places(right):
                raise self.wrong(right_at, "NEAR needs a word, a phrase or a group of words joined by OR on its right.")
            if self._peek() == "NEAR":
                raise self.wrong(self._here(), "NEAR joins two things only: put AND between pairs.")
            return Near(left, right, self._apart(token))
        return left

    def _apart(self, token: _Token) -> int:
        if not token.value:
            return _NEAR_BY
        if not token.value.isascii() or not token.value.isdigit() or not 0 <= int(token.value[:9]) <= _FARTHEST:
            raise self.wrong(token.at, f"NEAR/ needs a number from 0 to {_FARTHEST}, as in NEAR/5.")
        return int(token.value)

    def _one(self) -> Node:
        sort, at = self._peek(), self._here()
        if sort == "":
            raise self.wrong(at, "Something is missing here: a word, a phrase or a group in brackets.")
        if sort in {"AND", "OR", "NEAR", ")"}:
            name = "closing bracket" if sort == ")" else sort
            raise self.wrong(
                at, f"There is nothing before this {name}: write a word first, or quote “{sort}” to search for it."
            )
        token = self._take()
        if sort == "NOT":
            raise self.wrong(
                at, "NOT cannot stand here: put it before the part to leave out, as in: brand NOT giveaway."
            )
        if sort == "(":
            return self._group(token)
        if sort == "field":
            return self._field(token)
        return self._words(token)

    def _group(self, token: _Token) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(token.at, f"Brackets may be nested at most {_DEEPEST} deep.")
        if self._peek() == ")":
            raise self.wrong(token.at, "These brackets are empty: put words between them.")
        inner = self._either()
        if self._peek() != ")":
            raise self.wrong(token.at, "This bracket is never closed: add a “)” after the group.")
        self._take()
        self.depth -= 1
        return inner

    def _field(self, token: _Token) -> Field:
        name = _FIELDS[token.text]
        values = tuple(value.strip().lower() for value in token.value.split(",") if value.strip())
        if not values:
            raise self.wrong(token.at, f"{token.text}: needs a value right after the colon, as in {_EXAMPLES[name]}.")
        if name == "lang" and not all(re.fullmatch(r"[a-z]{2,3}", value) for value in values):
            raise self.wrong(token.at, "A language is its two-letter code, as in lang:fa or lang:en,ar.")
        if name == "author":
            values = tuple(fold(value.removeprefix("@")) for value in values)
        return Field(name, values)

    def _words(self, token: _Token) -> Words:
        is_open = token.text.endswith("*")
        key = fold(token.text.rstrip("*") if is_open else token.text)
        words = tuple(words_of(key))
        if "*" in key and words:
            raise self.wrong(token.at, "A star may only stand at the end of a word, as in refund*.")
        if is_open and words and len(words[-1]) < 2:
            raise self.wrong(token.at, "Write at least two letters before the star.")
        if words:
            return Words(words, is_open)
        if is_open or not key or key.isascii():
            raise self.wrong(token.at, "There is no word in here to listen for.")
        return Words((), raw=key)


_EXAMPLES = {"lang": "lang:fa", "source": "source:rss", "author": "author:@name"}


def _bare(text: str, at: int) -> list[_Token]:
    """Return the tokens of a run without spaces: an operator, `-word`, or a word."""
    name, _, number = text.partition("/")
    if name in _OPERATORS and (name == "NEAR" or text == name):
        return [_Token(name, text, at, number)] if number or "/" not in text else [_Token(name, text, at, "?")]
    if len(text) > 1 and text[0] == "-" and text[1] != "-":
        return [_Token("NOT", "-", at), _Token("word", text[1:], at + 1)]
    return [_Token("word", text, at)]


def _has_places(node: Node) -> bool:
    """Say whether a node is words, or a choice of nothing but words."""
    if isinstance(node, Either):
        return all(_has_places(part) for part in node.parts)
    return isinstance(node, Words) and not node.raw


def _is_positive(node: Node) -> bool:
    """Say whether a node asks for something, not only for the absence of something."""
    if isinstance(node, Without):
        return False
    if isinstance(node, Every):
        return any(_is_positive(part) for part in node.parts)
    if isinstance(node, Either):
        return all(_is_positive(part) for part in node.parts)
    return True
