"""What the judges say today of a mention that is stored: its mood and its kind, in a language given."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from listener import kinds, sentiment
from listener.judgement import whole_text
from listener.kinds import Kind, KindGuess
from listener.models import Mention
from listener.sentiment import Mood
from listener.settings import settings
from listener.speech import Speech


@dataclass
class Rejudged:
    """A stored mention, judged anew by machine alone in `language`; each judgement is made when it is first asked."""

    session: Session
    row: Mention
    language: str

    @cached_property
    def mood(self) -> Mood:
        """How it feels."""
        return sentiment.judge(self.text, self.language, settings().mood_max_chars)

    @cached_property
    def kind(self) -> KindGuess:
        """What sort of mention it is."""
        speech = Speech(self.row.folded, self.language)
        return kinds.judge(self.text, self.language, self.mood, self.row.links, self.row.rating, speech=speech)

    @property
    def kind_but_spam(self) -> KindGuess:
        """What it is where a person said that it is no spam: surely so only if the judges had not thought of spam."""
        if self.kind.kind is not Kind.SPAM:
            return self.kind
        felt = {"negative": Kind.COMPLAINT, "positive": Kind.PRAISE}.get(self.mood.label, Kind.CHATTER)
        return KindGuess(felt, 0.0, ())

    @property
    def kind_version(self) -> str:
        """What judged the kind."""
        return ""

    @cached_property
    def text(self) -> str:
        """Title and body, as the judges read them."""
        return whole_text(self.row.title, self.row.text)
