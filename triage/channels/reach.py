"""Which addresses a notice may be sent to: the same policy that feeds are asked by."""

import socket

from listener.addresses import is_allowed, is_public
from listener.settings import settings
from triage.channels.trouble import Later, NeverAgain


def reach(host: str, port: int) -> str:
    """Return the address to connect to; raise `Later` for an unknown name, `NeverAgain` for a private place."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Later(f"The name {host} is not known ({error}).") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not is_allowed(host, port, settings().allow_hosts):
        for address in addresses:
            if not is_public(address):
                raise NeverAgain(
                    f"“{host}” is at {address}, a private or local address, where nothing is sent. If that is meant, "
                    f"the administrator adds {host}:{port} to HEARBACK_ALLOW_HOSTS."
                )
    return addresses[0]
