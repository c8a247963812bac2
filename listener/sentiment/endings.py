"""What three languages write onto words, taken off for the lexicon: clitics in front, suffixes behind."""

from collections.abc import Sequence

from listener.speech import forms as without_prefixes

_SHORTEST_STEM = 3

# Persian: what stands last (this, my, your, is, we are …, and the spoken "o" for "ra"), then plural and comparison.
_PERSIAN_WRITTEN_ON = (
    "یشان یتان یمان یشون یتون یمون هاشون هامون هاتون شان تان مان شون تون مون ستش اند ایم اید ام ات اش ای ست یم ید "
    "ین ند رو م ت ش ی ه و ن"
)
_PERSIAN_LAST = tuple(_PERSIAN_WRITTEN_ON.split())
_PERSIAN_INNER = ("هایی", "های", "هام", "هاش", "هات", "ترین", "ها", "تر", "ای", "ی")
# the same, parted from their word by ZWNJ or a space
_PERSIAN_APART = (
    "ها های هایی هایش هایم هاش هام هات هاشون هاشو هامون تر تری ترین ام ات اش اند ایم اید ای ست مان تان شان مون تون شون"
)
_PERSIAN_LOOSE = frozenset(_PERSIAN_APART.split())
# written onto the next word: mi-/nemi- of verbs, bi-/na- (without, un-)
_PERSIAN_FRONT = frozenset(("می", "نمی", "بی", "نا"))

_ARABIC_WRITTEN_ON = "هما کم هم هن نا ها ات ین ون ان وا نی تی ته ه ک ی ا ت"
_ARABIC_LAST = tuple(_ARABIC_WRITTEN_ON.split())


def joined(tokens: Sequence[str], language: str) -> list[str]:
    """Return tokens as the lexicon has them: Persian prefixes joined to their word, its loose suffixes left out."""
    if language != "fa":
        return list(tokens)
    words: list[str] = []
    front = ""
    for token in tokens:
        bare = token.removesuffix("*")
        if not front and bare in _PERSIAN_FRONT and bare == token:
            front = token
        elif words and not front and bare in _PERSIAN_LOOSE and words[-1][-1].isalpha():
            continue
        elif front and not bare[0].isalpha():
            words += [front, token]
            front = ""
        else:
            words.append(front + token)
            front = ""
    return [*words, front] if front else words


def forms(word: str, language: str) -> list[str]:
    """Return a folded word and what is left of it without clitics and endings, as written first."""
    found = {word: None}
    # of a letter written long two are left by folding
    for front in (word, _short(word)):
        for stem in without_prefixes(front, language):
            found[stem] = None
    if language == "fa":
        for stem in list(found):
            _without(stem, _PERSIAN_LAST, _PERSIAN_INNER, found)
    elif language == "ar":
        for stem in list(found):
            _without(stem, _ARABIC_LAST, (), found)
    return list(found)


def _without(stem: str, last: Sequence[str], inner: Sequence[str], found: dict[str, None]) -> None:
    """Add the stem without an ending, and without another one before that."""
    for ending in last:
        if len(stem) - len(ending) >= _SHORTEST_STEM and stem.endswith(ending):
            bare = stem[: -len(ending)]
            found[bare] = None
            for before in inner:
                if len(bare) - len(before) >= _SHORTEST_STEM and bare.endswith(before):
                    found[bare[: -len(before)]] = None
    for ending in inner:
        if len(stem) - len(ending) >= _SHORTEST_STEM and stem.endswith(ending):
            found[stem[: -len(ending)]] = None


def _short(word: str) -> str:
    """Return a word with doubled letters once."""
    return "".join(letter for at, letter in enumerate(word) if at == 0 or letter != word[at - 1])
