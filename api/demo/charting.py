"""The demo's own edition of the flowchart: its feeds carry everybody's kitchen talk, so it first asks what is ours."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from triage import charts
from triage.models import FlowchartVersion, Verdict

NOTE = "Pilora: talk that names none of our topics needs nobody, unless it was written to us."
_BEFORE = 'yes = "nobody"\nno = "rival"\n'
_AFTER = """yes = "nobody"
no = "to_us"

[steps.to_us]
title = { en = "Written to us?", fa = "برای ما نوشته شده؟", ar = "مكتوب إلينا؟", he = "נכתב אלינו?" }
ask = "source"
test = "is"
value = "push"
yes = "rival"
no = "on_topic"

[steps.on_topic]
title = { en = "About a topic of ours?", fa = "دربارهٔ موضوعی از ما؟", ar = "عن أحد مواضيعنا؟", he = "על נושא שלנו?" }
ask = "topics"
test = "found"
yes = "rival"
no = "nobody"
"""


def source() -> str:
    """Return the chart that ships, with the demo's two questions after the one about spam."""
    shipped = charts.SHIPPED.read_text(encoding="utf-8")
    if shipped.count(_BEFORE) != 1:
        raise LookupError("The chart that ships has changed where the demo asks its questions: api/demo/charting.py")
    return shipped.replace(_BEFORE, _AFTER)


def publish(session: Session, by: int, now: datetime) -> None:
    """Put the demo's edition in force."""
    charts.publish(session, source(), note=NOTE, by=by, now=now)


def withdraw(session: Session, now: datetime) -> None:
    """Take the demo's edition away; where real mentions were judged by it, the chart that ships follows it instead."""
    ours = select(FlowchartVersion.id).where(FlowchartVersion.note == NOTE)
    judged = exists().where(Verdict.chart_version == FlowchartVersion.id)
    session.execute(delete(FlowchartVersion).where(FlowchartVersion.note == NOTE, ~judged))
    left = session.scalars(ours).all()
    if left and charts.current(session)[0] in left:
        charts.publish(session, charts.SHIPPED.read_text(encoding="utf-8"), note="", by=None, now=now)
