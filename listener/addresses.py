"""Which network addresses a feed may live at: public ones, and what the deployment allows by name."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# IPv4 inside IPv6, as networks without IPv4 of their own spell it (RFC 6052)
_TRANSLATED = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Say whether an IP address is one anybody on the internet may ask; `False` for what is no address at all.

    Refused: private, loopback, link-local and cloud metadata, carrier-grade NAT, multicast, reserved, documentation,
    unspecified; and all of these again where IPv4 hides inside IPv6 (mapped, translated, 6to4, Teredo).
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _inner(found)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def is_allowed(host: str, port: int, allowed: Iterable[str]) -> bool:
    """Say whether the deployment allows this host (`name`) or this host and port (`name:port`) to be private."""
    name = host.strip("[]").rstrip(".").lower()
    wanted = {name, f"{name}:{port}", f"[{name}]:{port}"}
    return any(one.strip().strip("/").lower() in wanted or one.strip("[]").lower() == name for one in allowed)
