"""Which version of an issue somebody decided on: `If-Match` with its ETag, or `seen` in the body."""

import re
from typing import Annotated

from fastapi import Header, Response

from api.errors import VersionMissing
from triage.refusals import BadInput

IfMatch = Annotated[
    str | None,
    Header(description='The ETag of the issue as you saw it, such as `"7"`. Or send `seen`.', examples=['"7"']),
]
_TAG = re.compile(r'\s*(?:W/)?"?(\d{1,18})"?\s*', re.ASCII)


def seen_version(if_match: str | None, seen: int | None) -> int:
    """Return the version a move was decided on; raise `VersionMissing`, or `BadInput` where two are named."""
    if if_match is None:
        if seen is None:
            raise VersionMissing
        return seen
    found = _TAG.fullmatch(if_match)
    if found is None:
        raise BadInput("If-Match", 'Send the ETag of the issue as you saw it, such as "7".')
    if seen is not None and seen != int(found[1]):
        raise BadInput("seen", "`If-Match` and `seen` name different versions. Send one of them.")
    return int(found[1])


def tag(response: Response, version: int) -> None:
    """Put the version on the answer."""
    response.headers["ETag"] = f'"{version}"'
