"""HTML and markdown: what a reader would see."""

import pytest

from listener.text import plain

MASTODON = (
    '<p><span class="h-card"><a href="https://a.example/@acme" class="u-url mention">@<span>acme</span></a></span> hi '
    '<a href="https://a.example/tags/Late" class="mention hashtag" rel="tag">#<span>Late</span></a><br>'
    '<a href="https://b.example/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">b.example/lo</span><span class="invisible">ng/path</span></a></p><p>Bye &amp; thanks</p>'
)


def test_a_mastodon_post_reads_as_its_author_saw_it() -> None:
    read = plain(MASTODON, "html")
    assert read.text == "@acme hi #Late\nb.example/lo…\n\nBye & thanks"
    assert read.links == ("https://b.example/long/path",)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a<br>b<br/><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<p>a\n  b</p>c", "a b\n\nc"),
        ("<ul><li>one<li>two</ul>", "• one\n• two"),
        ("<script>x</script><style>y</style><p>z</p><noscript>n</noscript>", "z"),
        ("a &lt;b&gt; &#128512; &nbsp;c", "a <b> 😀 \xa0c"),
        ('hi <img class="wp-smiley" alt="🙂" src=x> <img alt="a cat">', "hi 🙂"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a  b\nc"),
        ("<p hidden>secret</p>seen", "seen"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
        ("<p>open <b>never closed", "open never closed"),
        ("<!-- said --><p>x</p><!-- nobody", "x"),
    ],
)
def test_html_becomes_lines(source: str, shown: str) -> None:
    assert plain(source, "html").text == shown


def test_links_are_completed_unwrapped_and_told_once() -> None:
    source = (
        '<a href="/b">b</a><a href="/b">b</a><a href="javascript:alert(1)">c</a><a href="mailto:x@a.example">d</a>'
        '<a href="https://www.google.com/url?q=https%3A%2F%2Fc.example%2Fd&sa=1">e</a><a href="http://[bad">f</a>'
    )
    assert plain(source, "html", "https://a.example/x/").links == ("https://a.example/b", "https://c.example/d")


def test_html_nested_deeper_than_people_write_is_still_read() -> None:
    assert plain("<div>" * 50_000 + "deep", "html").text == "deep"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("# Title\n\n**bold**, *em*, `code`, ~~no~~", "Title\n\nbold, em, code, no"),
        ("snake_case_word and 2 * 3 * 4", "snake_case_word and 2 * 3 * 4"),
        ("- a\n* b\n> quoted", "• a\n• b\nquoted"),
        ("```py\nx = 1\n```", "x = 1"),
        ("![a cat](https://a.example/c.png) R&amp;D", "a cat R&D"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("a<br>b <b>c</b>", "a\nb c"),
        (r"\*not em\*", "*not em*"),
    ],
)
def test_markdown_is_read_lightly(source: str, shown: str) -> None:
    assert plain(source, "markdown").text == shown


def test_links_in_markdown_are_kept_and_pictures_are_not() -> None:
    source = '[x](https://a.example/b_(c) "t") <https://b.example> ![p](https://c.example/p.png) https://d.example'
    assert plain(source, "markdown").links == ("https://a.example/b_(c)", "https://b.example", "https://d.example")
