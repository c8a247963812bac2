"""Words for the keys the floors below carry: a table a sort, translated on the way out."""

from collections.abc import Mapping
from typing import Any

from babel.support import Translations


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues and return it as it is."""
    return sentence


TABLES: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "complaint": N_("complaint"),
        "question": N_("question"),
        "praise": N_("praise"),
        "idea": N_("idea"),
        "bug": N_("bug"),
        "lead": N_("lead"),
        "spam": N_("spam"),
        "chatter": N_("chatter"),
    },
    "mood": {
        "negative": N_("negative"),
        "neutral": N_("neutral"),
        "positive": N_("positive"),
        "unsure": N_("mood unsure"),
    },
    # the lists of people
    "people": {
        "advocates": N_("Advocates"),
        "detractors": N_("Detractors"),
        "influencers": N_("Influencers"),
        "quieter": N_("Quieter than usual"),
        "persons": N_("Persons"),
        "everyone": N_("All authors"),
    },
    "stance": {
        "advocate": N_("advocate"),
        "detractor": N_("detractor"),
        "between": N_("in between"),
        "too_little": N_("too little heard to say"),
        "not_judged": N_("not judged"),
    },
    "tier": {
        "leading": N_("heard further than 99 in 100"),
        "wide": N_("heard further than 95 in 100"),
        "known": N_("heard further than 80 in 100"),
        "usual": N_("heard as far as most"),
    },
    # why there is no number
    "saying": {
        "said": N_("said"),
        "too_few": N_("too few voices"),
        "too_unsure": N_("too much is unsure"),
    },
    "person_change": {
        "made": N_("made:"),
        "joined": N_("joined:"),
        "parted": N_("parted:"),
        "renamed": N_("renamed:"),
        "noted": N_("noted:"),
    },
    # what a person may correct of a mention
    "aspect": {
        "mood": N_("Mood"),
        "kind": N_("Kind"),
        "language": N_("Language"),
        "topic": N_("Topic"),
        "spam": N_("Spam"),
    },
    "spam": {
        "yes": N_("spam"),
        "no": N_("not spam"),
    },
    "speaks_of": {
        "yes": N_("speaks of it"),
        "no": N_("does not speak of it"),
    },
    # what speaks for spam
    "spam_why": {
        "link": N_("a link"),
        "links": N_("many links"),
        "short_link": N_("a shortened link"),
        "invite": N_("an invitation elsewhere"),
        "phone": N_("a phone number"),
        "short_code": N_("a number to text"),
        "money": N_("a sum of money"),
        "marks": N_("many exclamation marks"),
        "shouting": N_("words in capitals"),
        "emoji": N_("many emoji"),
        "mentions": N_("many people named"),
        "hashtags": N_("many hashtags"),
        "followers": N_("follows many, followed by few"),
        "new_account": N_("a new account"),
        "handle": N_("a name as machines make them"),
        "words": N_("words of spam"),
        "prize": N_("a prize"),
        "loan": N_("a loan"),
        "follow": N_("followers for sale"),
        "crypto": N_("sudden wealth in coins"),
        "gambling": N_("gambling"),
        "earn": N_("easy money"),
        "promo": N_("advertising"),
        "adult": N_("adult offers"),
        "health": N_("miracle cures"),
        "contact": N_("asks to be written to"),
        "sms": N_("a message to send"),
        "magic": N_("magic"),
        "cheat": N_("cheats and forgeries"),
    },
    # what became of a learnt model
    "standing": {
        "in_force": N_("judges now"),
        "worse": N_("did not hear better"),
        "replaced": N_("a better one came"),
        "taken_back": N_("taken back"),
    },
    # what reads a language
    "reads": {
        "lexicon and model": N_("words and a learnt model"),
        "lexicon": N_("words alone"),
        "model": N_("a learnt model"),
        "emoji": N_("emoji alone"),
        "rules": N_("words and rules"),
        "rules and model": N_("rules and a learnt model"),
        "signs": N_("signs alone: stars, question marks, links"),
        "cues and model": N_("words, signs and a learnt model"),
        "cues": N_("words and signs"),
    },
    "status": {
        "triage": N_("in triage"),
        "handed": N_("handed over"),
        "accepted": N_("accepted"),
        "waiting": N_("waiting for the author"),
        "resolved": N_("resolved"),
        "dismissed": N_("dismissed"),
        "merged": N_("merged"),
    },
    "verb": {
        "acknowledge": N_("Acknowledge"),
        "hand_over": N_("Hand over"),
        "accept": N_("Accept"),
        "bounce": N_("Bounce"),
        "private": N_("Private"),
        "pause": N_("Pause"),
        "resume": N_("Let the clock run"),
        "resolve": N_("Resolve"),
        "dismiss": N_("Dismiss"),
        "reopen": N_("Reopen"),
        "merge": N_("Merge"),
        "split": N_("Split"),
        "note": N_("Note"),
        "snooze": N_("Snooze"),
        "wake": N_("Wake it"),
        "view": N_("Change the view"),
        "kind": N_("Correct the kind"),
        "spam": N_("Call it spam"),
    },
    "bulk_verb": {
        "acknowledge": N_("Acknowledge"),
        "hand_over": N_("Hand over"),
        "snooze": N_("Snooze"),
        "dismiss": N_("Dismiss"),
        "note": N_("Note"),
        "kind": N_("Correct the kind"),
        "spam": N_("Call it spam"),
        "merge": N_("Merge"),
    },
    "bulk_state": {
        "preview": N_("looked at"),
        "running": N_("at work"),
        "done": N_("done"),
        "undoing": N_("being taken back"),
        "undone": N_("taken back"),
    },
    "lane": {
        "crisis": N_("Crisis"),
        "triage": N_("Triage"),
        "mine": N_("Mine"),
        "waiting": N_("Waiting for author"),
        "snoozed": N_("Snoozed"),
        "late": N_("Late-found"),
        "unsure": N_("Unsure"),
        "nobody": N_("Nobody eligible"),
        "handed": N_("Handed over"),
        "accepted": N_("Being resolved"),
        "closed": N_("Closed"),
        "all": N_("Everything"),
    },
    # what an empty lane says, and what would wait in it
    "lane_empty": {
        "mine": N_("Nothing is yours just now"),
        "waiting": N_("Nobody is waited for"),
        "snoozed": N_("Nothing is set aside"),
        "late": N_("Nothing was found late"),
        "unsure": N_("Nothing is unsure"),
        "nobody": N_("Everything has somebody"),
        "crisis": N_("No crisis stands"),
    },
    "lane_is": {
        "mine": N_("Issues you accept, or that are given to you, stand here."),
        "waiting": N_("Issues that are paused until their authors answer stand here."),
        "snoozed": N_("Issues set aside until a moment stand here, and come back by themselves."),
        "late": N_("Posts that were old when we first heard them stand here, with a target of their own."),
        "unsure": N_("What the chart could not decide stands here until a person does."),
        "nobody": N_("Issues for a department where nobody can take them stand here, with an alarm."),
        "crisis": N_("While a crisis stands, the issue that gathers it is here."),
    },
    # what the inbox is narrowed by
    "filter": {
        "q": N_("Words"),
        "kind": N_("Kind"),
        "mood": N_("Mood"),
        "source": N_("Source"),
        "language": N_("Language"),
        "topic": N_("Topic"),
        "department": N_("Department"),
        "owner": N_("Owner"),
        "author": N_("Author"),
        "late": N_("Late-found"),
        "broken": N_("A promise is broken"),
    },
    "yes_or_no": {
        "1": N_("yes"),
        "0": N_("no"),
    },
    "view_keeper": {
        "me": N_("For me"),
        "everybody": N_("For everybody"),
    },
    "view_group": {
        "me": N_("Mine"),
        "everybody": N_("Everybody's"),
    },
    "horizon": {
        "past": N_("Past the promise"),
        "hour": N_("Within the hour"),
        "four_hours": N_("Within 4 hours"),
        "today": N_("Later today"),
        "tomorrow": N_("Tomorrow"),
        "later": N_("Later"),
    },
    # in a sentence: the … promise
    "promise_of": {
        "triage": N_("triage"),
        "resolution": N_("resolution"),
    },
    "promise": {
        "triage": N_("Triage"),
        "resolution": N_("Resolution"),
        "department": N_("Department"),
    },
    "role": {
        "listener": N_("listener"),
        "owner": N_("owner"),
        "manager": N_("manager"),
        "admin": N_("administrator"),
        "outsider": N_("outsider"),
    },
    "role_means": {
        "listener": N_("triages: acknowledges and hands over"),
        "owner": N_("resolves what is handed to their departments"),
        "manager": N_("watches the promises and may do everything a listener and an owner may"),
        "admin": N_("sets up feeds, topics, the flowchart and people"),
        "outsider": N_("may sign in, and sees nothing"),
    },
    "topic_kind": {
        "brand": N_("brand"),
        "product": N_("product"),
        "person": N_("person"),
        "competitor": N_("competitor"),
        "industry": N_("industry"),
        "influencer": N_("influencer"),
        "campaign": N_("campaign"),
        "own_staff": N_("own staff"),
    },
    # what is counted of a day
    "counted": {
        "mentions": N_("Mentions"),
        "negative": N_("Negative mentions"),
        "shares": N_("Shares and replies"),
        "new_authors": N_("New authors"),
        "leads": N_("New leads"),
    },
    "count_word": {
        "more": N_("More than usual"),
        "usual": N_("As usual"),
        "less": N_("Less than usual"),
    },
    # the same, short
    "count_tag": {
        "more": N_("higher"),
        "usual": N_("usual"),
        "less": N_("lower"),
    },
    # how a target stands
    "aim": {
        "kept": N_("reached"),
        "likely": N_("within reach"),
        "open": N_("still open"),
        "unlikely": N_("hardly in reach"),
        "missed": N_("not reached"),
    },
    "spike_sort": {
        "spike": N_("Spike"),
        "drop": N_("Drop"),
        "surge": N_("Surge"),
        "silence": N_("Silence"),
    },
    "crisis_role": {
        "lead": N_("Leads"),
        "speaker": N_("Speaks in public"),
        "approver": N_("Approves what is said"),
        "scribe": N_("Keeps the record"),
    },
    "event_kind": {
        "holiday": N_("Holiday"),
        "platform": N_("Change of a platform"),
        "campaign": N_("Campaign"),
        "weather": N_("Weather"),
        "other": N_("Something else"),
    },
    "hush_sort": {
        "mute": N_("Muted"),
        "maintenance": N_("Maintenance"),
    },
    "cause": {
        "sources": N_("By source"),
        "authors": N_("Who carries it"),
        "threads": N_("By thread"),
        "terms": N_("Words that are new"),
        "languages": N_("By language"),
        "links": N_("Links in it"),
    },
    "spike_verdict": {
        "real": N_("it was real"),
        "false": N_("false alarm"),
    },
    # how telling somebody went
    "told_by": {
        "inapp": N_("on their page"),
        "email": N_("e-mail"),
        "webhook": N_("webhook"),
    },
    "told_state": {
        "waiting": N_("on its way"),
        "sent": N_("told"),
        "moot": N_("not needed any more"),
        "given_up": N_("could not be delivered"),
    },
    "feed_word": {
        "answers": N_("answers"),
        "new": N_("not asked yet"),
        "slowed": N_("slowed down"),
        "failing": N_("does not answer"),
        "silent": N_("silent"),
        "paused": N_("paused"),
        "gone": N_("gone at the source"),
    },
    # where a dry run says mentions would go, beside the departments
    "dry": {
        "unsure": N_("A listener decides"),
        "nobody": N_("Nobody"),
        "nobody_eligible": N_("Nobody eligible"),
    },
    # what became of one delivered item
    "item": {
        "created": N_("new"),
        "updated": N_("updated"),
        "duplicate": N_("told twice"),
        "rejected": N_("could not be read"),
    },
    "feed_state": {
        "active": N_("listening"),
        "paused": N_("paused"),
        "gone": N_("gone at the source"),
    },
    "source": {
        "rss": "RSS",
        "mastodon": "Mastodon",
        "hackernews": "Hacker News",
        "push": N_("pushed to us"),
        "import": N_("imported"),
    },
    "form": {
        "post": N_("post"),
        "comment": N_("comment"),
        "review": N_("review"),
        "article": N_("article"),
        "message": N_("message"),
        "mention": N_("mention"),
    },
    "by": {
        "department": N_("Department"),
        "topic": N_("Topic"),
        "source": N_("Source"),
        "kind": N_("Kind"),
    },
    "figure": {
        "triage": N_("Triage"),
        "resolution": N_("Resolution"),
        "kept": N_("Kept"),
        "broken": N_("Broken"),
        "running": N_("Running"),
        "at_risk": N_("At risk"),
        "late_found": N_("Late-found"),
        "void": N_("Ended without being due"),
        "share": N_("Share kept"),
        "seconds": N_("Median, p90, p99"),
        "due": N_("Due"),
        "met": N_("Met"),
        "ending": N_("Ends in the next 4 hours"),
        "breaking": N_("Will break at today's pace"),
        "handed": N_("Routed by the chart and handed over"),
        "misrouted": N_("Handed elsewhere than the chart said"),
        "bounced": N_("Bounced"),
        "waited": N_("Waited"),
        "owed": N_("Owed an answer"),
        "unanswered": N_("Not answered"),
        "replied": N_("Answered in words we know"),
        "personal": N_("Replies written for one person"),
        "refund_asked": N_("Refund asked"),
        "solved_without": N_("Refund asked, solved without"),
        "customer_known": N_("Known whether the customer stays"),
        "stays": N_("Kept as customers"),
        "product_gap": N_("Product gaps shown"),
        "content_gap": N_("Content gaps shown"),
        "resolved": N_("Resolved"),
    },
    # for whom an author waits
    "whom": {
        "unheard": N_("Nobody had heard it"),
        "listener": N_("A listener"),
        "nobody": N_("Nobody eligible"),
        "department": N_("The department to accept"),
        "owner": N_("The owner at work"),
        "author": N_("The author"),
    },
    "definition": {
        "definition_triage": N_(
            "Somebody acknowledged the author and found the right owner: the later of the two, counted from the post."
        ),
        "definition_resolution": N_(
            "The owner resolved it: counted from the first hand-over, never reset, pauses left out."
        ),
        "definition_kept": N_("Met by its deadline, and the meeting (the last one, if reopened) lies in the period."),
        "definition_broken": N_(
            "The deadline passed unmet, and that moment lies in the period; meeting it later does not mend it."
        ),
        "definition_running": N_("Began before the end of the period and is not due yet; paused ones too."),
        "definition_at_risk": N_("Running, and due within the hours the policy names."),
        "definition_late_found": N_(
            "First heard when the triage promise could no longer be kept: counted apart, in none of the other numbers."
        ),
        "definition_void": N_("Dismissed or merged in the period, before it was due."),
        "definition_share": N_("Kept as a share of kept and broken; unknown while there are neither."),
        "definition_seconds": N_(
            "How long it took until it was met, in the promise's own hours: half, 90 and 99 in a hundred were faster."
        ),
        "definition_breaking": N_(
            "Everything that waits is worked off in the order of its deadline, as fast as each desk was in the last 24"
            " hours. What is reached too late breaks."
        ),
        "definition_unanswered": N_(
            "Not answered: opened in the period and not acknowledged by now; what was dismissed or merged before is"
            " owed no answer. The oldest is of all that are open now."
        ),
        "definition_personal": N_(
            "Written for one person: the words that acknowledged it did not read like the writer's last ten."
        ),
        "definition_misrouted": N_(
            "Sent to the wrong department: first handed over in the period, and to another department than the chart"
            " said."
        ),
        "definition_bounced": N_("Bounced: handed back at least once, by the question that sent it there."),
        "definition_refund": N_("Of resolved issues in which a refund was asked for: those that needed none."),
        "definition_customers": N_("Of resolved issues of which it is known: those whose author stays a customer."),
        "definition_gaps": N_("Issues that were linked to a gap in the period."),
        "definition_waits": N_(
            "Of what was resolved in the period, from the post to the end: every minute waits for exactly one of them."
            " What an issue was closed before it was reopened is left out. Late-found ones are counted too."
        ),
        "definition_curve": N_(
            "Of what fell due in the period, the share that was done by then, in the promise's own hours; what was"
            " never met stays above the line."
        ),
    },
    "joined_by": {
        "opened": N_("opened this issue"),
        "thread": N_("joined by its thread"),
        "likeness": N_("joined by likeness"),
        "author": N_("joined by its author and topic"),
        "person": N_("joined by hand"),
        "merge": N_("joined by a merge"),
        "none": N_("joined nothing"),
        "crisis": N_("gathered in a crisis"),
    },
    "weekday": {
        "mon": N_("Monday"),
        "tue": N_("Tuesday"),
        "wed": N_("Wednesday"),
        "thu": N_("Thursday"),
        "fri": N_("Friday"),
        "sat": N_("Saturday"),
        "sun": N_("Sunday"),
    },
    # what somebody is in a department
    "part": {
        "member": N_("works there"),
        "lead": N_("leads it"),
        "deputy": N_("stands in"),
    },
    "week": {
        "mon_fri": N_("Monday to Friday, 09:00 to 17:00"),
        "sun_thu": N_("Sunday to Thursday, 09:00 to 17:00"),
        "sat_wed": N_("Saturday to Wednesday, 09:00 to 17:00"),
    },
    "digest": {
        "each": N_("each notice by itself, at once"),
        "hourly": N_("gathered in one letter an hour"),
        "daily": N_("gathered in one letter a day"),
    },
    "answer": {
        "yes": N_("yes"),
        "no": N_("no"),
    },
    # the trail of settings
    "audit_what": {
        "made": N_("added"),
        "changed": N_("changed"),
        "deleted": N_("deleted"),
        "published": N_("published"),
    },
    "audit_subject": {
        "feed": N_("feed"),
        "topic": N_("topic"),
        "department": N_("department"),
        "membership": N_("place in a department"),
        "member": N_("member"),
        "policy": N_("promised times"),
        "flowchart": N_("flowchart"),
        "webhook": N_("webhook"),
        "token": N_("token"),
        "password": N_("password"),
        "empathy_line": N_("empathy line"),
    },
    "audit_field": {
        "name": N_("Name"),
        "source": N_("Source"),
        "address": N_("Address"),
        "options": N_("Options"),
        "interval": N_("Asked every (seconds)"),
        "language": N_("Language"),
        "own_handles": N_("Our own names there"),
        "state": N_("State"),
        "credential": N_("Token of that source"),
        "kind": N_("Kind"),
        "query": N_("Query"),
        "enabled": N_("In use"),
        "tolerance": N_("False alarms a week"),
        "key": N_("Key"),
        "timezone": N_("Time zone"),
        "hours": N_("Hours"),
        "email": N_("E-mail"),
        "role": N_("Role"),
        "channels": N_("Told also by"),
        "quiet_hours": N_("Quiet hours"),
        "digest": N_("What can wait"),
        "digest_at": N_("Daily letter at"),
        "away_until": N_("Away until"),
        "active": N_("Works here"),
        "is_lead": N_("Leads"),
        "is_deputy": N_("Stands in"),
        "effective_at": N_("In force from"),
        "triage_hours": N_("First answer within (hours)"),
        "resolution_hours": N_("Resolved within (hours)"),
        "late_after_hours": N_("Late-found when older than (hours)"),
        "late_hours": N_("Late-found answered within (hours)"),
        "pause_hours": N_("A pause lasts at most (hours)"),
        "reopen_hours": N_("Reopened within (hours)"),
        "join_hours": N_("Joins an issue within (hours)"),
        "warn_at": N_("Warned at (percent)"),
        "at_risk_hours": N_("At risk with less than (hours)"),
        "url": N_("Address"),
        "secret": N_("Secret"),
        "scopes": N_("It may"),
        "expires_at": N_("Ends"),
        "revoked_at": N_("Ended"),
        "password_hash": N_("Password"),
        "note": N_("Note"),
        "words": N_("Words"),
        "position": N_("Place"),
        "department_id": N_("Department"),
        "version": N_("Version"),
    },
    "theme": {
        "auto": N_("as the system"),
        "light": N_("light"),
        "dark": N_("dark"),
    },
    "calendar": {
        "gregorian": N_("Gregorian"),
        "jalali": N_("Jalali (Persian)"),
        "hijri": N_("Hijri (Umm al-Qura)"),
        "hebrew": N_("Hebrew calendar"),
    },
    "figures": {
        "own": N_("as the language writes them"),
        "latin": N_("Latin"),
    },
    "scope": {
        "read": N_("read"),
        "triage": N_("read and triage"),
        "admin": N_("everything"),
    },
    "outcome": {
        "assign": N_("a department"),
        "unsure": N_("a listener decides"),
        "nobody": N_("nobody: kept, never on a clock"),
        "nobody_eligible": N_("nobody eligible"),
    },
    "refund": {
        "not_asked": N_("Not asked"),
        "given": N_("Asked, given"),
        "solved_without": N_("Asked, solved without"),
        "refused": N_("Asked, refused"),
    },
    "customer": {
        "stays": N_("Stays"),
        "leaves": N_("Leaves"),
        "unknown": N_("Not known yet"),
    },
    # what of an issue's life is shown
    "show": {
        "all": N_("All"),
        "public": N_("In public"),
        "ours": N_("Among us"),
    },
    # the way into private and back
    "step": {
        "line": N_("A line in public"),
        "invitation": N_("The invitation"),
        "channel": N_("Where it goes on"),
        "closed": N_("Back in public"),
    },
    "step_do": {
        "line": N_("Say in public that it goes on in private"),
        "invitation": N_("Write to them"),
        "channel": N_("Say where it goes on"),
        "closed": N_("Say in public how it ended"),
    },
    "step_words": {
        "line": N_("The line you left in public"),
        "invitation": N_("What you wrote to them (optional)"),
        "channel": N_("Where the talk goes on"),
        "closed": N_("What you said in public (optional)"),
    },
    "step_did": {
        "line": N_("I left it"),
        "invitation": N_("I wrote to them"),
        "channel": N_("It goes on there"),
        "closed": N_("I said it"),
    },
    "link_sort": {
        "product_gap": N_("product gap"),
        "content_gap": N_("content gap"),
        "outside": N_("place outside"),
    },
    "gap_sorts": {
        "product_gap": N_("Of the product"),
        "content_gap": N_("Of the content"),
    },
    "whose": {
        "mine": N_("Mine"),
        "all": N_("Everybody’s"),
    },
    "owed_when": {
        "due": N_("Today and before"),
        "coming": N_("To come"),
        "ended": N_("Over"),
    },
    # what an act says when it is done
    "said": {
        "linked": N_("Linked to %(name)s."),
        "unlinked": N_("The link is gone. The moves remember it."),
        "gap_renamed": N_("It is called %(name)s now."),
        "private_line": N_("The public line is kept."),
        "private_invitation": N_("The invitation is kept."),
        "private_channel": N_("It goes on in private."),
        "private_closed": N_("Closed in public."),
        "word_owed": N_("A word is owed on %(day)s."),
        "followed_up_done": N_("Kept: they were asked."),
        "followed_up_left": N_("Left, with your reason."),
        "told": N_("Ticked off."),
        "told_not": N_("The tick is taken back."),
        "acknowledged": N_("Acknowledged. It still has to be handed over."),
        "acknowledged_whole": N_("Acknowledged. Triage is done."),
        "handed_over": N_("Handed to %(department)s."),
        "handed_over_to": N_("Handed to %(department)s. %(owner)s is told."),
        "accepted": N_("Accepted. It is yours now."),
        "draft_kept": N_("Your draft is kept."),
        "draft_dropped": N_("Thrown away. Nothing of it was sent."),
        "bounced": N_("Handed back to triage with your reason."),
        "noted": N_("Noted, for us only."),
        "private": N_("Moved to a private channel."),
        "paused": N_("Paused. The clock waits with the author."),
        "resumed": N_("The clock runs again."),
        "resolved": N_("Resolved."),
        "dismissed": N_("Dismissed. It can be reopened."),
        "reopened": N_("Reopened. The old promise runs on."),
        "merged": N_("Merged. The oldest clock wins."),
        "split": N_("Split into an issue of its own."),
        "snoozed": N_("Set aside until %(until)s. The clock runs on."),
        "woken": N_("Back in its lane."),
        "view_kept": N_("%(name)s is kept. Its link is in the address bar."),
        "view_saved": N_("%(name)s shows this from now on."),
        "views_saved": N_("Saved."),
        "view_deleted": N_("The view is deleted. The issues it showed stay."),
        "corrected": N_("You said: %(what)s."),
        "agreed": N_("You agreed: %(what)s."),
        "taken_back": N_("Taken back. What stood before stands again."),
        "restored": N_("Let out of quarantine: %(n)s."),
        "called_spam": N_("Called spam: %(n)s."),
        "model_judges": N_("A learnt model judges kinds from now on."),
        "rules_judge": N_("The rules judge kinds again."),
        "model_decided_already": N_("Somebody decided that already; nothing was changed."),
        "parted_again": N_("Parted. Both are as they were."),
        "bulk_done": N_("Done: %(done)s of %(total)s. Refused: %(refused)s."),
        "bulk_undone": N_("Taken back: %(undone)s."),
        "bulk_stopped": N_("Stopped. What was done stays, and can be taken back."),
        "nothing_ticked": N_("Nothing was ticked, so nothing changed."),
        "crisis_declared": N_("Declared. Managers are told, and its mentions are gathered within a minute."),
        "crisis_stands": N_("A crisis of this topic stands already: this one."),
        "crisis_assigned": N_("The role is kept: %(role)s."),
        "crisis_instructed": N_("The line is changed on every page."),
        "crisis_held": N_("The holding statement is kept. A person says it in public."),
        "crisis_noted": N_("Noted in the record."),
        "crisis_stood_down": N_("The crisis is over. Everybody who was told is told of it."),
        "swept": N_("Swept. The next person sees from where to go on."),
        "joined": N_("Joined to %(name)s."),
        "parted": N_("Parted from %(name)s."),
        "person_saved": N_("Saved."),
        "person_forgotten": N_("%(name)s is forgotten as a person. The handles stay."),
        "signed_out": N_("You are signed out."),
        "feed_added": N_("%(name)s is being listened to."),
        "feed_paused": N_("%(name)s is paused. Nothing is lost; it goes on where it stopped."),
        "feed_resumed": N_("%(name)s is being listened to again."),
        "feed_asked": N_("%(name)s is next to be asked."),
        "feed_deleted": N_("%(name)s is deleted. Its mentions stay."),
        "topic_added": N_("%(name)s is being listened for."),
        "topic_saved": N_("%(name)s is saved."),
        "alarm_set": N_("The alarm of %(name)s is set."),
        "topic_deleted": N_("%(name)s is deleted. Its mentions stay."),
        "chart_published": N_("Chart %(version)s is in force."),
        "department_added": N_("%(name)s can be handed issues once it has a member."),
        "department_saved": N_("%(name)s is saved."),
        "member_added": N_("%(name)s is added. Send the sign-in link."),
        "member_saved": N_("%(name)s is saved."),
        "token_revoked": N_("The token %(name)s no longer works."),
        "password_set": N_("Your password is set. Every other browser was signed out."),
        "preferences_saved": N_("Saved."),
        "notices_read": N_("All notices are read."),
        "event_logged": N_("%(name)s is on the charts."),
        "event_saved": N_("%(name)s is saved."),
        "event_deleted": N_("%(name)s is off the charts."),
        "topic_muted": N_("%(name)s is muted. It is watched all the same."),
        "maintenance_planned": N_("The maintenance is planned."),
        "hush_ended": N_("Ended. The alarm speaks again."),
        "spike_snoozed": N_("Snoozed until %(until)s. It is watched all the same."),
        "spike_woken": N_("Awake again."),
        "spike_real": N_("Kept: it was real. The next one is told a little sooner."),
        "spike_false": N_("Kept: a false alarm. The next one must stand out a little more."),
        "spike_unjudged": N_("Taken back. It says nothing about the next one."),
        "targets_saved": N_("What a good day of %(name)s brings is kept."),
        "demo_removed": N_("The demo is gone. What you made yourself has stayed."),
    },
}


class Words:
    """Every table, in one language. A key no table knows is shown as it is, for a fact must never vanish."""

    def __init__(self, catalogue: Translations) -> None:
        self._catalogue = catalogue

    def __call__(self, table: str, key: str) -> str:
        sentence = TABLES[table].get(key)
        return key if sentence is None else str(self._catalogue.gettext(sentence))

    def say(self, said: Mapping[str, Any]) -> str:
        """Return what an act left to say (its key and the names in it), or nothing where the key is not ours."""
        sentence = TABLES["said"].get(str(said["key"]), "")
        try:
            return str(self._catalogue.gettext(sentence)) % said["data"] if sentence else ""
        except (KeyError, ValueError):
            return ""
