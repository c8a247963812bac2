"""What went wrong with a request, as a sentence for a person."""

import json
from http import HTTPStatus

from listener.heard import Reply

SENTENCES = {
    400: "They did not understand our request.",
    401: "They ask for a sign-in: the credential is missing, wrong or expired.",
    402: "They want to be paid first.",
    403: "They refuse us: this address is closed to us, or the credential lacks a right.",
    404: "There is nothing at this address.",
    406: "They cannot give us a format we read.",
    410: "They say that this feed has ended for good. It is no longer asked.",
    422: "They cannot work with our request: an option of this feed is probably wrong.",
    429: "They ask us to come less often.",
    451: "They may not show this for legal reasons.",
    503: "They are too busy to answer now.",
}


def sentence(reply: Reply) -> str:
    """Return why a reply is of no use; the server's own words are added where it has some."""
    if reply.trouble:
        return reply.trouble
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "unknown"
    told = SENTENCES.get(reply.status) or ("Something broke on their side." if reply.status >= 500 else "")
    said = _their_words(reply)
    return " ".join(part for part in (told, f"(HTTP {reply.status}, {phrase})", said and f"They say: {said}") if part)


def _their_words(reply: Reply) -> str:
    """Return a short `error` or `message` of a JSON answer."""
    try:
        document = json.loads(reply.body) if len(reply.body) < 10_000 else None
    except (ValueError, RecursionError):
        return ""
    said = document.get("error") or document.get("message") if isinstance(document, dict) else None
    return " ".join(said.replace("\0", "").split())[:200] if isinstance(said, str) else ""
