"""One polite request, against a real server on loopback."""

import gzip
import os
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from listener import fetch
from listener.fetch import Fetcher
from listener.heard import Ask
from listener.settings import Settings
from tests.listener.conftest import Answer, Served

MakesFetchers = Callable[..., Fetcher]


@pytest.fixture
def fetcher(served: Served) -> Iterator[MakesFetchers]:
    made: list[Fetcher] = []

    def make(**settings: object) -> Fetcher:
        given = {"allow_hosts": (f"127.0.0.1:{served.port}",), "fetch_timeout": 2.0, "fetch_max_bytes": 50_000}
        made.append(Fetcher(Settings.model_validate({**given, **settings})))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_request_carries_our_name_and_what_we_knew(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, b"hello", {"ETag": 'W/"a"'})
    reply = fetcher(contact="https://desk.example").fetch(
        Ask(served.url("/feed"), {"q": "نوروا"}, {"X-Key": "1"}, "text/plain"), etag='W/"old"', last_modified="then"
    )
    assert (reply.status, reply.body, reply.ok) == (200, b"hello", True)
    path, headers = served.asked[0]
    assert path == "/feed?q=%D9%86%D9%88%D8%B1%D9%88%D8%A7"
    assert headers["user-agent"] == "Hearback/0.1.0 (+https://desk.example)"
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"old"', "then")
    assert (headers["accept"], headers["x-key"]) == ("text/plain", "1")


def test_one_connection_serves_many_requests_of_many_threads(served: Served, fetcher: MakesFetchers) -> None:
    ports = set()

    def remember(handler: BaseHTTPRequestHandler) -> None:
        ports.add(handler.client_address[1])
        handler.close_connection = False
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    served.answers["/feed"] = Answer(before=remember)
    one = fetcher()
    for _ in range(5):
        assert one.fetch(Ask(served.url("/feed"))).status == 200
    assert len(ports) == 1
    replies: list[int] = []
    threads = [
        threading.Thread(target=lambda: replies.append(one.fetch(Ask(served.url("/feed"))).status)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == [200] * 8


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_fork_does_not_speak_on_its_parents_connections(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, b"hello")
    one = fetcher()
    one.fetch(Ask(served.url("/feed")))
    kept = one._client
    child = os.fork()
    if child == 0:
        os._exit(0 if one._client is not kept else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert one._client is kept


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f000001", "[::ffff:127.0.0.1]", "0"]
)
def test_private_addresses_are_refused_in_every_spelling(host: str, served: Served, fetcher: MakesFetchers) -> None:
    reply = fetcher(allow_hosts=()).fetch(Ask(f"http://{host}:{served.port}/feed"))
    assert reply.status == 0
    assert reply.trouble
    assert not reply.ok
    assert served.asked == []


def test_a_refused_address_says_how_to_allow_it(served: Served, fetcher: MakesFetchers) -> None:
    reply = fetcher(allow_hosts=()).fetch(Ask(served.url("/feed")))
    assert reply.permanent
    assert f"127.0.0.1:{served.port} to HEARBACK_ALLOW_HOSTS" in str(reply.trouble)


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(
    served: Served, fetcher: MakesFetchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1"])  # public when checked, loopback when connected
    asked: list[str] = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", look_up)
    connected: list[object] = []

    def connect(address: object, *_: object, **__: object) -> socket.socket:
        connected.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(fetch.socket, "create_connection", connect)
    reply = fetcher(allow_hosts=()).fetch(Ask("http://rebinding.example/feed"))
    assert reply.status == 0
    assert asked == ["rebinding.example"]
    assert connected == [("93.184.215.14", 80)]


def test_of_several_addresses_one_private_is_enough_to_refuse(
    fetcher: MakesFetchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", look_up)
    assert "10.0.0.1" in str(fetcher().fetch(Ask("http://mixed.example/")).trouble)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://feed.example/",
        "feed.example",
        "http://",
        "http://[x/",
        "",
        "http://é\ud800.example",
    ],
)
def test_what_is_no_web_address_is_refused_and_nothing_is_raised(address: str, fetcher: MakesFetchers) -> None:
    reply = fetcher().fetch(Ask(address))
    assert reply.status == 0
    assert reply.trouble
    assert reply.permanent


@pytest.mark.parametrize(("status", "for_good"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
def test_redirects_are_followed_and_moves_for_good_are_told(
    status: int, for_good: bool, served: Served, fetcher: MakesFetchers
) -> None:
    served.answers["/old"] = Answer(status, b"", {"Location": "/new"})
    served.answers["/new"] = Answer(200, b"here")
    reply = fetcher().fetch(Ask(served.url("/old"), headers={"Authorization": "Bearer t"}))
    assert reply.body == b"here"
    assert reply.moved_to == (served.url("/new") if for_good else None)
    assert served.asked[1][1]["authorization"] == "Bearer t"


def test_a_move_is_for_good_only_if_every_step_is(served: Served, fetcher: MakesFetchers) -> None:
    served.answers |= {
        "/a": Answer(301, b"", {"Location": "/b"}), "/b": Answer(302, b"", {"Location": "/c"}),
        "/c": Answer(301, b"", {"Location": "/d"}), "/d": Answer(200, b"here"),
    }  # fmt: skip
    reply = fetcher().fetch(Ask(served.url("/a")))
    assert (reply.status, reply.moved_to) == (200, None)


def test_a_redirect_to_the_clouds_secrets_is_refused_and_tried_again_later(
    served: Served, fetcher: MakesFetchers
) -> None:
    served.answers["/trap"] = Answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})
    reply = fetcher().fetch(Ask(served.url("/trap")))
    assert reply.status == 0
    assert "169.254.169.254" in str(reply.trouble)
    assert not reply.permanent


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://x/", "http://localhost:1/"])
def test_each_step_of_a_redirect_is_checked_anew(to: str, served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/trap"] = Answer(302, b"", {"Location": to})
    assert fetcher().fetch(Ask(served.url("/trap"))).trouble


def test_a_token_stays_with_the_host_it_was_meant_for(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/out"] = Answer(302, b"", {"Location": f"http://localhost:{served.port}/elsewhere"})
    served.answers["/elsewhere"] = Answer(200, b"here")
    one = fetcher(allow_hosts=("127.0.0.1", "localhost"))
    assert one.fetch(Ask(served.url("/out"), headers={"Authorization": "Bearer t"}), etag="x").body == b"here"
    assert "authorization" not in served.asked[1][1]
    assert "if-none-match" not in served.asked[1][1]


def test_redirects_that_never_end_are_ended(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/round"] = Answer(302, b"", {"Location": "/round"})
    assert "more than 5 times" in str(fetcher().fetch(Ask(served.url("/round"))).trouble)
    assert len(served.asked) == 6


def test_a_304_is_an_answer(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(304, b"", {"ETag": '"a"'})
    reply = fetcher().fetch(Ask(served.url("/feed")), etag='"a"')
    assert (reply.status, reply.trouble) == (304, None)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Sat, 21 Nov 2026 12:02:00 GMT", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"}, 120),
        ({"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"}, 0),
        ({"X-RateLimit-Reset": "2026-11-21T12:05:00.000Z", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"}, 300),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_what_they_ask_us_to_wait_is_read_against_their_own_clock(
    headers: dict[str, str], seconds: float | None, served: Served, fetcher: MakesFetchers
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(429)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    served.answers["/feed"] = Answer(before=answer)
    assert fetcher().fetch(Ask(served.url("/feed"))).retry_after == seconds


def test_an_answer_that_is_too_large_is_cut(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, b"x" * 60_000)
    reply = fetcher().fetch(Ask(served.url("/feed")))
    assert (reply.body, reply.ok) == (b"", False)
    assert "larger than" in str(reply.trouble)
    served.answers["/feed"] = Answer(200, b"x" * 50_000)
    assert fetcher().fetch(Ask(served.url("/feed"))).ok


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_cut_before_it_goes_off(coding: str, served: Served, fetcher: MakesFetchers) -> None:
    pack = gzip.compress if coding == "gzip" else zlib.compress
    served.answers["/feed"] = Answer(200, pack(b"\0" * 20_000_000), {"Content-Encoding": coding})
    tracemalloc.start()
    try:
        assert "larger than" in str(fetcher().fetch(Ask(served.url("/feed"))).trouble)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000  # of twenty


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0), b"hello"),
        ("gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0), b"hello"),
        ("deflate", zlib.compress(b"hello"), b"hello"),
        ("deflate", _raw_deflate(b"hello"), b"hello"),
        ("gzip", b"", b""),
    ],
)
def test_packed_answers_are_unpacked(
    coding: str, packed: bytes, body: bytes, served: Served, fetcher: MakesFetchers
) -> None:
    served.answers["/feed"] = Answer(200, packed, {"Content-Encoding": coding})
    reply = fetcher().fetch(Ask(served.url("/feed")))
    assert (reply.trouble, reply.body) == (None, body)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress(b"hello" * 99, mtime=0)[:-9]), ("gzip", b"nonsense"), ("br", b"x"), ("gzip, gzip", b"x")],
)
def test_damaged_packing_is_told(coding: str, packed: bytes, served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, packed, {"Content-Encoding": coding})
    reply = fetcher().fetch(Ask(served.url("/feed")))
    assert reply.trouble
    assert not reply.ok


def test_a_body_that_breaks_off_is_told(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, b"<rss>", {"Content-Length": "500", "Connection": "close"})

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(b"<rss>")

    served.answers["/feed"] = Answer(before=half)
    reply = fetcher().fetch(Ask(served.url("/feed")))
    assert "broke off" in str(reply.trouble)


def drip_body(ended: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "50000")
        handler.end_headers()
        while not ended.wait(0.05):
            handler.wfile.write(b".")

    return drip


def drip_headers(ended: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not ended.wait(0.05):
            handler.wfile.write(b"X")

    return drip


def hang(ended: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def wait(handler: BaseHTTPRequestHandler) -> None:
        ended.wait(20)

    return wait


@pytest.mark.parametrize("way", [drip_body, drip_headers, hang])
def test_no_server_holds_us_beyond_the_deadline(
    way: Callable[[threading.Event], Callable[[BaseHTTPRequestHandler], None]], served: Served, fetcher: MakesFetchers
) -> None:
    served.answers["/feed"] = Answer(before=way(served.ended))
    start = time.monotonic()
    reply = fetcher(fetch_timeout=0.5).fetch(Ask(served.url("/feed")))
    assert 0.4 < time.monotonic() - start < 10  # these servers go on for twenty
    assert reply.trouble == "No whole answer came within 0.5 seconds."


def test_nobody_listening_is_told(fetcher: MakesFetchers) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    reply = fetcher(allow_hosts=("127.0.0.1",)).fetch(Ask(f"http://127.0.0.1:{port}/"))
    assert "No connection to 127.0.0.1" in str(reply.trouble)


def test_cookies_are_not_kept(served: Served, fetcher: MakesFetchers) -> None:
    served.answers["/feed"] = Answer(200, b"", {"Set-Cookie": "who=you; Path=/"})
    one = fetcher()
    one.fetch(Ask(served.url("/feed")))
    one.fetch(Ask(served.url("/feed")))
    assert "cookie" not in served.asked[1][1]
