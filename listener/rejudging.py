"""What the judges say today of a mention that is stored: its mood and its kind, in a language given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from listener import kinds, sentiment, spam, transformer
from listener.judgement import whole_text
from listener.kinds import Kind, KindGuess, Learned
from listener.models import Mention
from listener.sentiment import Mood
from listener.settings import settings
from listener.spam import Spam
from listener.speech import Speech
from listener.text import fold

_SURELY = 1e-4  # a stored score may have been rounded to 0 or 1


@dataclass
class Rejudged:
    """A stored mention, judged anew by machine alone in `language`; each judgement is made when it is first asked."""

    row: Mention
    language: str
    learned: Mapping[str, Learned] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """Title and body, as the judges read them."""
        return whole_text(self.row.title, self.row.text)

    @cached_property
    def mood(self) -> Mood:
        """How it feels."""
        chosen = settings()
        return sentiment.judge(self.text, self.language, chosen.mood_max_chars, transformer.of(chosen.mood_model))

    @cached_property
    def kind(self) -> KindGuess:
        """What sort of mention it is."""
        return self._kind(self._spam, self.learned.get(self.language))

    @cached_property
    def kind_but_spam(self) -> KindGuess:
        """What sort of mention it is if it is no spam."""
        return self._kind(None, self.learned.get(self.language))

    @cached_property
    def rules(self) -> Mapping[Kind, float]:
        """What the rules score for each kind, as a learnt model is told."""
        told = _Told()
        self._kind(self._spam, told)
        return told.rules

    @cached_property
    def speech(self) -> Speech:
        """The words of what the judges read."""
        row = self.row
        return Speech(row.folded if len(row.folded) <= spam.READ else fold(self.text[: spam.READ]), self.language)

    def _kind(self, spammy: Spam | None, learned: Learned | None) -> KindGuess:
        row = self.row
        return kinds.judge(
            self.text, self.language, self.mood, row.links, row.rating, speech=self.speech, spam=spammy, learned=learned
        )

    @cached_property
    def _spam(self) -> Spam:
        """What was found when it was heard, since then its author and its copies were known."""
        row = self.row
        if row.spam_score > 0:
            return Spam(min(max(row.spam_score, _SURELY), 1 - _SURELY), tuple(map(str, row.spam_evidence)))
        return spam.judge(self.text, self.language, self.speech, links=row.links)


@dataclass
class _Told:
    """Stands where a learnt model would, and remembers what it was told."""

    version: str = ""
    rules: Mapping[Kind, float] = field(default_factory=dict)

    def chances(self, folded: str, rules: Mapping[Kind, float]) -> Mapping[Kind, float]:
        self.rules = dict(rules)
        return {}

    def words(self, folded: str, kind: Kind) -> Sequence[str]:
        return ()
