"""One of everything a page may show, laid through the rooms that lay it in life."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Scope
from listener import corrections, events, feeds, hushes, incidents, listening, targets
from listener.models import Author, Mention, MentionTopic, MentionVersion, Spike, Volume
from tests.triage.conftest import Cast
from triage import (
    afterwards,
    bulk,
    charts,
    drafting,
    drafts,
    empathy,
    links,
    move,
    notify,
    presence,
    route,
    snooze,
    steering,
    sweeping,
    views,
)  # fmt: skip
from triage.models import Issue, Move

HOUR = timedelta(hours=1)
POSTS = (
    ("en", "reza", "complaint", "negative", "My rice cooker broke after two days and nobody at Nimbo answers. I want my money back."),
    ("fa", "حامد شریف", "question", "unsure", "واشر یدکی نیمبو کِی موجود می‌شود؟ سه هفته است که منتظرم."),
    ("ar", "غادة عمر", "complaint", "negative", "ما زلت أنتظر استرجاع مبلغ R-3377 من نيمبو. الجهاز عندكم والمال عندكم."),
    ("he", "הדס פרי", "bug", "negative", "תזכורת הניקוי של נימבו קופצת כל בישול מאז העדכון. ניקיתי, נשבעת שניקיתי."),
    ("en", "felix", "bug", "negative", "New bug in the Nimbo app: a recipe with ½ in it scales to 0.5½. I made rice for 0.5½ people."),
    ("fa", "نگار", "complaint", "negative", "پلوپز نیمبو من بوی سوختگی می‌دهد. ترسیدم و از برق کشیدم. لطفاً پاسخ بدهید."),
    ("en", "maya", "question", "neutral", "Does the Nimbo Mini fit a family of five? Asking before I buy one, https://nimbo.example/mini"),
    ("ar", "سامر", "praise", "positive", "أرز نيمبو أفضل من أرز أمي، لا تخبروها."),
    ("he", "יעל", "complaint", "negative", "שבועיים בלי תשובה מנימבו על ההחזר שלי. מתי תענו?"),
    ("en", "lee", "complaint", "negative", "Third Nimbo lid in a year. It cracks every time, and support sends me the same text."),
    ("en", "ann", "complaint", "negative", "Nimbo charged me twice and the chat closed on me."),
    ("en", "zed", "idea", "neutral", "Nimbo, please make a lid that stands by itself."),
)  # fmt: skip
CAUSE = {
    "count": 120, "distinct": 30, "first": None,
    "biggest": {"what": "thread", "name": "71 °C", "share": 0.71, "count": 85, "typical": 0.0, "is_single": True},
    "reach": {"authors": 80, "known": 3, "followers": 6100, "likes": 0, "replies": 4, "shares": 9, "views": 0},
    "sources": [{"name": "rss", "count": 100, "share": 0.83, "typical": 0.4}],
    "terms": [{"name": "دستهٔ داغ", "count": 40, "share": 0.33, "typical": 0.001}],
}  # fmt: skip


def furnish(session: Session, cast: Cast, now: datetime) -> dict[str, str]:
    """Lay it all before `now`; return for each kind of place in an address what to put there."""
    charts.ensure_shipped(session, now - 30 * 24 * HOUR)
    empathy.ensure_shipped(session, now)
    feed = feeds.create(
        session, source="rss", name="Nimbo, the forum", address="https://nimbo.example/feed", now=now - 24 * HOUR
    )
    feed.last_success_at = feed.last_heard_at = feed.last_polled_at = now
    gone = feeds.create(session, source="rss", name="An old blog", address="https://old.example/feed", now=now)
    gone.last_error, gone.last_error_at, gone.failures = "The server answers 503.", now, 4
    topic = listening.create(session, name="Nimbo", kind="brand", query="nimbo OR نیمبو OR نيمبو OR נימבו", now=now)
    mentions = _heard(session, feed.id, topic.id, now)
    route.round(session, now)
    first = session.scalars(select(Issue.id).order_by(Issue.id)).first()
    worked = _worked(session, cast, now)
    spike, crisis = _loud(session, cast, topic.id, feed.id, now)
    _kept(session, cast, topic.id, feed.id, mentions[0], now)
    draft = drafting.begin(session, by=cast.ada, now=now)
    address = "lane=triage&kind=complaint"
    view = views.make(session, name="Complaints", address=address, by=cast.ada, now=now)
    ids = [(one.id, one.version) for one in session.scalars(select(Issue).where(Issue.status == "triage").limit(3))]
    bulked = bulk.preview(session, "note", ids, {"words": "Call them all."}, by=cast.ada, now=now)
    return {
        "issue_id": str(worked), "mention_id": str(mentions[0]), "author_id": str(_author(session, mentions[0])),
        "spike_id": str(spike), "crisis_id": str(crisis), "topic_id": str(topic.id), "feed_id": str(feed.id),
        "department_id": str(cast.care.id), "event_id": "1", "sort": "product_gap", "draft_id": str(draft.id),
        "view_id": str(view.id), "bulk_id": str(bulked.id), "open_issue_id": str(first), "version": "1",
    }  # fmt: skip


def _heard(session: Session, feed_id: int, topic_id: int, now: datetime) -> list[int]:
    """Lay the posts, the first hours ago, with an author each; one was edited, one found late, one is spam."""
    ids = []
    for place, (language, handle, kind, mood, text) in enumerate(POSTS):
        author = Author(
            source="rss", native_id=f"a{place}", handle=handle, name=handle, followers=40 * place,
            first_heard_at=now - 90 * 24 * HOUR, last_heard_at=now, mentions=3, negative=1,
        )  # fmt: skip
        session.add(author)
        session.flush()
        posted = now - (14 - place) * HOUR
        late = place == 3
        said = Mention(
            feed_id=feed_id, source="rss", native_id=f"m{place}", url=f"https://nimbo.example/{place}", text=text,
            folded=text, posted_at=posted - (20 * HOUR if late else timedelta()), heard_at=now if late else posted,
            language=language, language_confidence=0.95, mood=mood, mood_score=-0.5, kind=kind, kind_confidence=0.8,
            author_id=author.id, thread=f"rss:{place}", likes=3, replies=1, edited_at=now if place == 4 else None,
        )  # fmt: skip
        session.add(said)
        session.flush()
        session.add(MentionTopic(mention_id=said.id, topic_id=topic_id))
        ids.append(said.id)
    session.add(
        MentionVersion(mention_id=ids[4], title="", text="New bug in the app.", edited_at=None, replaced_at=now)
    )
    spam = Mention(
        feed_id=feed_id, source="rss", native_id="spam", text="Cheap pans!!! http://pans.example", folded="cheap pans",
        posted_at=now, heard_at=now, language="en", kind="spam", kind_confidence=0.95, spam_score=0.95,
        thread="rss:spam", spam_evidence=[],
    )  # fmt: skip
    session.add(spam)
    session.flush()
    return ids


def _author(session: Session, mention_id: int) -> int:
    return session.scalars(select(Mention.author_id).where(Mention.id == mention_id)).one() or 0


def _worked(session: Session, cast: Cast, now: datetime) -> int:
    """Let people work: one issue in every state; return one with a long story."""
    issues = list(session.scalars(select(Issue).where(Issue.status == "triage").order_by(Issue.id.desc())))
    told, paused, solved, bounced, snoozed, written = issues[:6]

    def hand(issue: Issue) -> None:
        move.acknowledge(session, issue.id, by=cast.lina, seen=issue.version, now=now, words="We hear you.")
        move.hand_over(session, issue.id, cast.care.id, by=cast.lina, seen=issue.version, now=now)

    for issue in (told, paused, solved, bounced):
        hand(issue)
    for issue in (told, paused, solved):
        move.accept(session, issue.id, by=cast.cara, seen=issue.version, now=now)
    move.go_private(session, told.id, "e-mail", by=cast.cara, seen=told.version, now=now)
    move.note(session, told.id, "She has an old model.", by=cast.cara, now=now)
    links.link(session, told.id, "product_gap", "A lid that cracks", by=cast.cara, now=now)
    move.pause(
        session, paused.id, now + 8 * HOUR, by=cast.cara, seen=paused.version, now=now, words="Asked for photos."
    )
    outcome = {"refund": "given", "customer": "kept"}
    move.resolve(session, solved.id, outcome, by=cast.cara, seen=solved.version, now=now, words="Refunded.")
    afterwards.promise_word(session, solved, due_at=now + 20 * HOUR, member_id=None, by=cast.cara, now=now)
    move.bounce(session, bounced.id, by=cast.cara, seen=bounced.version, now=now, words="This is about the app.")
    snooze.snooze(session, snoozed.id, now + 2 * HOUR, by=cast.lina, seen=snoozed.version, now=now)
    drafts.keep(session, written.id, "Dear Maya, a family of", seen=written.version, by=cast.lina, now=now)
    presence.attend(session, written.id, "writing", by=cast.max, now=now)
    return told.id


def _loud(session: Session, cast: Cast, topic_id: int, feed_id: int, now: datetime) -> tuple[int, int]:
    """Lay an hour that is loud: its volume, its incident, and the crisis somebody declared."""
    bucket = now.replace(minute=0, second=0, microsecond=0) - 24 * HOUR
    session.add_all(
        Volume(
            topic_id=topic_id, feed_id=feed_id, bucket=bucket + n * HOUR, total=3 + n % 5, distinct=3, negative=n % 3
        )
        for n in range(24)
    )
    spike = Spike(
        topic_id=topic_id, sort="spike", started_at=now - 3 * HOUR, opened_at=now - 2 * HOUR, last_at=now, observed=412.0,
        typical=38.0, score=9.0, baseline={"window_minutes": 30}, cause=CAUSE,
    )  # fmt: skip
    session.add(spike)
    session.flush()
    incidents.judge(session, spike.id, "real", by_id=cast.max.member_id, now=now)
    crisis = steering.declare(session, topic_id, by=cast.max, now=now)
    steering.instruct(session, crisis.id, "Say nothing of the cause yet.", by=cast.max, seen=crisis.version, now=now)
    return spike.id, crisis.id


def _kept(session: Session, cast: Cast, topic_id: int, feed_id: int, mention_id: int, now: datetime) -> None:
    """Lay what people wrote down beside the work."""
    who = cast.max.member_id
    events.log(
        session,
        name="A recall in the news",
        kind="holiday",
        topic_id=None,
        starts_at=now - 5 * HOUR,
        by_id=who,
        now=now,
    )
    hushes.mute(session, topic_id, until=now + 48 * HOUR, why="The fair.", by_id=who, now=now)
    hushes.maintain(
        session, feed_id=feed_id, starts_at=now + HOUR, ends_at=now + 3 * HOUR, why="They move.", by_id=who, now=now
    )
    targets.aim(session, topic_id, {"mentions": 20.0}, by_id=who, now=now)
    corrections.correct(session, mention_id, "kind", "bug", by_id=who, now=now)
    sweeping.mark(session, now - 24 * HOUR, by=cast.max, now=now)
    told = session.scalars(select(Move).order_by(Move.id.desc())).first()
    notify.tell(
        session, issue_id=told.issue_id if told else None, member_ids=[cast.ada.member_id], reason="at_risk",
        step="furniture", data={}, now=now,
    )  # fmt: skip
    account = accounts.account_of(session, cast.ada.member_id)
    accounts.create_token(session, account.id, name="reports", scopes=[Scope.READ], now=now, expires_at=None)
