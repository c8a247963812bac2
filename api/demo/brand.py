"""Pilora, a maker of rice cookers that nobody can buy: its people, topics and feeds. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAME = "Pilora"
DOMAIN = "pilora.example"
OWN_HANDLES = ("pilora", "pilora_care", "petra_pilora", "conor_pilora", "cara_pilora")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast. `department` is a key; whoever works in one leads it here: there is nobody else."""

    name: str
    role: str
    department: str | None = None

    @property
    def email(self) -> str:
        """Their address at the brand."""
        return f"{self.name.lower()}@{DOMAIN}"


CAST = (
    Person("Ada", "admin"),
    Person("Lina", "listener"),
    Person("Cara", "owner", "care"),
    Person("Conor", "owner", "content"),
    Person("Petra", "owner", "product"),
    Person("Max", "manager"),
    Person("Olaf", "outsider"),
)
DEPARTMENTS = {"care": "Care", "content": "Content", "product": "Product"}


@dataclass(frozen=True, slots=True)
class Listening:
    """A topic: what it is called, its kind and its query, and what a good day of it brings, by measure."""

    name: str
    kind: str
    query: str
    good_day: Mapping[str, float] = field(default_factory=dict)


# a name is written in four scripts; prefixes (ha-, be-, wa-, bi-, al-) and spellings of ye are the listener's business
_BRAND = "pilora OR پیلورا OR بيلورا OR פילורה"
_COOKER = "nimbo* OR نیمبو* OR نيمبو* OR נימבו"
_APP = "app OR widget OR firmware OR اپ OR اپش OR اپلیکیشن OR برنامه OR آپدیت OR تطبيق OR אפליקציה OR אפליקציית"

TOPICS = (
    Listening(NAME, "brand", f"{_BRAND} OR {_COOKER}", {"mentions": 25, "new_authors": 8, "leads": 1}),
    Listening("Nimbo, the cooker", "product", f"{_COOKER} OR (({_BRAND}) AND (cooker OR پلوپز OR طنجرة OR קדירה))"),
    Listening("The Pilora app", "product", f"({_BRAND} OR {_COOKER}) AND ({_APP})"),
    Listening("Steamly", "competitor", "steamly OR استیملی OR ستيملي OR סטימלי"),
    Listening("Varnik", "competitor", "varnik OR وارنیک OR فارنيك OR ורניק"),
    Listening(
        "Friday Pot",
        "campaign",
        '"friday pot" OR "دیگ جمعه" OR "قدر الجمعة" OR "סיר שישי"',
        {"mentions": 4, "shares": 10},
    ),
    Listening("Dina Marlo, our founder", "person", '"dina marlo" OR "دینا مارلو" OR "دينا مارلو" OR "דינה מרלו"'),
    Listening(
        "Our own people",
        "own_staff",
        '"pilora care" OR "pilora team" OR "at pilora" OR ((cara OR petra OR conor) AND pilora)'
        ' OR "خانم کارا" OR "الأخت كارا" OR "الأستاذة كارا" OR קארה',
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A feed: the word the files know it by, its source, name and path on the demo's own server, and its options."""

    word: str
    source: str
    name: str
    path: str
    host: str
    interval: float
    options: dict[str, Any]


PLACES = (
    Place(
        "social", "mastodon", "bazaar.example, kitchen talk", "/tags/kitchen", "bazaar.example", 30.0,
        {"any": ["FridayPot"]},
    ),
    Place("forum", "rss", "Pot & Lid, the forum", "/forum.atom", "pot-and-lid.example", 45.0, {}),
    Place("blog", "rss", "Kitchen blogs and their comments", "/blogs.rss", "kitchen-blogs.example", 60.0, {}),
    Place("reviews", "rss", "Shop reviews of the Nimbo", "/reviews.json", "stove-and-shelf.example", 60.0, {}),
    Place("desk", "push", "The contact form of pilora.example", "/contact", DOMAIN, 300.0, {}),
)  # fmt: skip
PLACE = {place.word: place for place in PLACES}
