"""Which addresses a feed may live at."""

import pytest

from listener.addresses import is_allowed, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001:0:4136:e378:8000:63bf:5601:5601", "localhost",
        "", "1.2.3", "0x7f.1",
    ],
)  # fmt: skip
def test_nothing_private_is_public_in_whatever_spelling(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "100.128.0.1"]
)
def test_public_addresses_are_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "port", "allowed", "answer"),
    [
        ("127.0.0.1", 8001, ("127.0.0.1:8001",), True),
        ("127.0.0.1", 8002, ("127.0.0.1:8001",), False),
        ("Feeds.Internal", 80, ("feeds.internal",), True),
        ("feeds.internal.", 80, ("feeds.internal",), True),
        ("::1", 80, ("[::1]:80",), True),
        ("evil.example", 80, ("example",), False),
        ("127.0.0.1", 80, (), False),
    ],
)
def test_a_deployment_allows_hosts_by_name_or_by_name_and_port(
    host: str, port: int, allowed: tuple[str, ...], answer: bool
) -> None:
    assert is_allowed(host, port, allowed) is answer
