"""Near-duplicates: what is told twice is found, what merely sounds alike is not."""

import itertools
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import likeness
from listener.likeness import Fingerprint, canonical_url, fingerprint, is_alike
from listener.text import fold
from tests.listener.hostile import HOSTILE

POST = "The night train to Lisbon was cancelled again without a word from anybody at the station tonight"

# worked out once; if it changes, every stored fingerprint is worth nothing
EXPECTED = (-5564721011517366299, 4179088916582590519, 8)


def printed(text: str) -> Fingerprint:
    found = fingerprint(fold(text))
    assert found is not None
    return found


def is_found(one: str, other: str) -> bool:
    """What the store does: meet in a band, then ask."""
    first, second = printed(one), printed(other)
    return bool(set(first.bands) & set(second.bands)) and is_alike(first.value, second.value)


@pytest.mark.parametrize(
    "other",
    [
        POST,
        POST.upper(),
        f"RT @rail_rider: {POST}",
        f"rt @rail@a.example {POST} https://a.example/1?x=2",
        f"Update: {POST}",
        f"{POST} 😡 via @somebody",
        POST.replace("tonight", "this evening"),
        POST.replace("night train", "night-train"),
        POST.replace("again ", ""),
        POST + " https://b.example/2",
    ],
)
def test_a_post_told_again_is_found(other: str) -> None:
    assert is_found(POST, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I love this app so much", "I hate this app so much"),
        ("my order is late", "my order is here"),
        ("where is my parcel please", "where is my refund please"),
        (POST, "The night bus to Porto was crowded again and a kind word from the driver made my evening"),
        ("سفارش من هنوز نرسیده است لطفا پیگیری کنید", "سفارش من امروز رسید خیلی ممنون از پیگیری"),
    ],
)
def test_posts_that_only_sound_alike_are_kept_apart(one: str, other: str) -> None:
    assert not is_found(one, other)


@pytest.mark.parametrize("text", ["", "ok", "great app", "😂😂😂", "@acme https://a.example", "rt @acme:"])
def test_a_few_words_are_not_compared_at_all(text: str) -> None:
    assert fingerprint(fold(text)) is None


def test_three_and_four_words_are_alike_only_if_the_same() -> None:
    assert is_found("Where is my parcel", "where is my PARCEL https://a.example")
    assert not is_found("Where is my parcel", "Where is my refund")


def test_edited_posts_are_found_nineteen_times_in_twenty_and_strangers_never() -> None:
    chance = random.Random(7)
    words = [
        f"{first}{second}"
        for first in ("ka", "lo", "mi", "tu", "ve", "sha", "no")
        for second in ("ra", "ne", "sto", "l", "m", "ki")
    ]
    posts = [[chance.choice(words) for _ in range(chance.randint(12, 40))] for _ in range(200)]
    found = 0
    for post in posts:
        edited = post.copy()
        edited[chance.randrange(len(post))] = "different"
        found += is_found(" ".join(post), " ".join(edited))
    assert found >= 190
    prints = [printed(" ".join(post)) for post in posts]
    assert not any(is_alike(one.value, other.value) for at, one in enumerate(prints) for other in prints[:at])


def test_a_fingerprint_is_the_same_in_every_process_and_fits_a_bigint() -> None:
    found = printed(POST)
    assert (found.value, found.bands[0], len(found.bands)) == EXPECTED
    assert all(-(2**63) <= number < 2**63 for number in (found.value, *found.bands))


SPOKEN = {
    "en": "the kettle from nimbo leaks when it boils and nobody at the shop answers although we wrote four letters "
    "last month so our family drinks cold water every morning before work because that handle is far too hot",
    "fa": "کتری نیمبو وقتی می‌جوشه نشت می‌کنه و هیچ کس توی فروشگاه جواب نمی‌ده با اینکه ماه پیش چهار نامه نوشتیم برای "
    "همین خانواده ما هر روز صبح قبل از کار آب سرد می‌خوره چون دسته خیلی داغ میشه واقعا خسته شدیم",
    "ar": "غلاية نيمبو تسرب الماء حين تغلي ولا أحد في المتجر يجيب مع أننا كتبنا أربع رسائل الشهر الماضي لذلك تشرب "
    "عائلتنا ماء باردا كل صباح قبل العمل لأن المقبض ساخن جدا وقد تعبنا حقا من كثرة الانتظار",
    "he": "הקומקום של נימבו דולף כשהוא רותח ואף אחד בחנות לא עונה למרות שכתבנו ארבעה מכתבים בחודש שעבר ולכן המשפחה "
    "שלנו שותה מים קרים כל בוקר לפני העבודה כי הידית חמה מאוד וכבר נמאס לנו לחכות לתשובה מהם",
}
WORDS = {code: text.split() for code, text in SPOKEN.items()}
CODES = st.sampled_from(sorted(WORDS))
HANDLES = st.from_regex(r"@[a-z]{2,9}[0-9]{0,4}", fullmatch=True)
LINKS = st.from_regex(r"https://[a-z]{2,9}\.example/[a-z0-9]{1,9}(\?utm_source=[a-z]{1,5})?", fullmatch=True)


@st.composite
def posts(draw: st.DrawFn) -> str:
    """Draw a post of eight to thirty different words in one of four languages."""
    words = WORDS[draw(CODES)]
    at = draw(st.integers(0, len(words) - 8))
    return " ".join(words[at : at + draw(st.integers(8, 30))])


@given(
    posts(),
    HANDLES,
    st.lists(LINKS, max_size=3),
    st.sampled_from(["RT {by}: {it}", "{it} via {by}", "{by} {it}", "“{it}” {by}"]),
)
def test_a_repost_is_found_whoever_is_named_and_wherever_it_points(
    post: str, by: str, links: list[str], form: str
) -> None:
    told_again = " ".join([form.format(by=by, it=post), *links])
    assert is_found(post, told_again)


@given(posts(), LINKS, LINKS)
def test_a_changed_address_changes_nothing(post: str, one: str, other: str) -> None:
    assert printed(f"{post} {one}") == printed(f"{post} {other}")


@given(posts(), st.sampled_from(["  ", "\n", "\u200f", "\u200e", "… ", "!!! ", " ❤️ ", " — "]))
def test_marks_and_spaces_between_words_change_nothing(post: str, between: str) -> None:
    spoken = between.join(post.split()) if between.strip("\u200f\u200e") else between.join([post, ""])
    assert is_found(post, spoken)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_syndicated_article_with_a_new_title_is_found(language: str) -> None:
    article = SPOKEN[language]
    titles = {"en": "Kettle trouble", "fa": "دردسر کتری", "ar": "مشكلة الغلاية", "he": "צרות בקומקום"}
    assert is_found(f"{titles[language]}\n{article}", article)
    assert is_found(f"{titles[language]}\n{article}", f"{titles[language]} – updated\n{article}")


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_campaign_is_one_however_its_handles_links_and_counts_differ(language: str) -> None:
    words = WORDS[language]
    copies = [
        " ".join([f"@user{at}", *words[:12], str(at * 7919), *words[12:30], f"https://a{at}.example/{at}", f"#tag{at}"])
        for at in range(40)
    ]
    found = sum(is_found(copies[0], copy) for copy in copies[1:])
    assert found >= 37  # nineteen in twenty: a fingerprint is a draw, not a proof


@pytest.mark.parametrize("language", sorted(WORDS))
def test_halves_of_one_text_are_no_copies(language: str) -> None:
    words = WORDS[language]
    assert not is_found(" ".join(words[:16]), " ".join(words[16:]))


@given(CODES, st.randoms(use_true_random=False))
def test_the_same_words_in_another_order_are_another_post(code: str, chance: random.Random) -> None:
    words = WORDS[code][:24]
    shuffled = words.copy()
    chance.shuffle(shuffled)
    pairs, others = set(itertools.pairwise(words)), set(itertools.pairwise(shuffled))
    if len(pairs & others) < 4:
        assert not is_found(" ".join(words), " ".join(shuffled))


@given(st.binary(min_size=224, max_size=224), st.binary(min_size=224, max_size=224))
def test_the_smaller_of_two_digests_is_taken_column_by_column(one: bytes, other: bytes) -> None:
    form = struct.Struct("<64H24I")
    least = likeness._least(int.from_bytes(one, "little"), int.from_bytes(other, "little")).to_bytes(224, "little")
    assert form.unpack(least) == tuple(map(min, form.unpack(one), form.unpack(other)))


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_likeness_goes_both_ways(a: int, b: int) -> None:
    assert is_alike(a, b) is is_alike(b, a)
    assert is_alike(a, a)


@given(st.text())
def test_any_text_has_a_fingerprint_or_none_and_is_like_itself(text: str) -> None:
    found = fingerprint(fold(text))
    assert found == fingerprint(fold(text))
    assert found is None or is_alike(found.value, found.value)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_survived(text: str) -> None:
    fingerprint(fold(text))
    fingerprint(text)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.com:80/a/b/?utm_source=x&b=2&a=1#frag", "https://example.com/a/b?a=1&b=2"),
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("https://a.example/x?fbclid=1&gclid=2&ref=3", "https://a.example/x"),
        ("http://a.example:8080/x", "https://a.example:8080/x"),
        ("http://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://user:secret@a.example/x", "https://a.example/x"),
        ("https://a.example/?q=%D8%B3", "https://a.example?q=%D8%B3"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        (" https://a.example:99999/ ", "https://a.example:99999/"),
        ("http://[bad", "http://[bad"),
        ("", ""),
    ],
)
def test_a_page_has_one_address(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@given(st.text())
def test_any_text_can_be_asked_for_its_address(url: str) -> None:
    canonical_url(url)
