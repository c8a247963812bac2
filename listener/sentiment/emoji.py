"""The mood of emoji, the same in every language, on VADER's scale of -4 to 4."""

import re

VERSION = "emoji-1"

# Written by hand. What people use both ways (tears of joy, loud crying, prayer, flames) weighs little.
_BY_VALENCE = {
    3.0: "😍 🥰 ❤ ♥ 💖 💗 💓 💞 💕 💘 💝 🤩 🏆",
    2.5: "😀 😃 😄 😁 😊 ☺ 😇 🥳 😻 💙 💚 💛 🧡 💜 🤍 🤎 🩷 🩵 💟 🎉 🎊 🫶 💯 ♡ ❣",
    2.0: "😘 😚 😙 😗 😽 😸 😺 🤗 👍 👏 🙌 👌 🌹 💐 ⭐ 🌟 🥇 🤝 💪 😎 🥹 🖤 🙂 😌 😋 🤤",
    1.5: "😉 😏 🌸 🌺 🌷 🌼 🌻 ✨ 💫 🙏 ✅ ✔ 👑 🍀 🎁 🎂 🥂 🍾 ✌ 🤞 🤟 🤘 🫡 😜 😝 😛 🤪 🕊 🌈 ☀ 🌞 😹 💃 🕺",
    0.8: "😂 🤣 😆 😅 🔥 🤭 🚀 👊 🙃 💋 👀",
    -0.6: "😐 😑 😶 🤔 🙄 😬 😳 🥺 😭 🤷 😮 😯 😲 🫤 🤨 🧐",
    -1.5: "😕 🙁 ☹ 😟 😔 😞 😢 😥 😓 😿 😪 😰 😨 😱 😧 😦 😫 😩 😣 😖 😒 🫠 🤦 😵 🥴 🥱 ⚠ 😴 🥀 🙀",
    -2.2: "😠 😤 💔 😾 👎 🤢 🤕 🤒 🤥 🗑 ❌ 🚫 ⛔ 🚮 🤡 😷 🛑 📉 💀 ☠ 💩",
    -3.0: "😡 🤬 🤮 👿 😈 🖕 💢",
}
VALENCE = {emoji: valence for valence, row in _BY_VALENCE.items() for emoji in row.split()}

_BASE = "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_TAIL = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*"
# a whole emoji: a picture with its variant and skin, and what is joined to it (family, flag, burning heart)
_EMOJI = re.compile(f"{_BASE}{_TAIL}(?:\u200d{_BASE}{_TAIL}){{0,6}}")
_LOOKS = re.compile("[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
_MOST = 40
_SAME = 2


def weighed(text: str) -> list[tuple[str, float]]:
    """Return the emoji of `text` that carry a mood, each with its valence, the same one at most twice."""
    seen: dict[str, int] = {}
    found: list[tuple[str, float]] = []
    for match in _EMOJI.finditer(text):
        emoji = _plain(match.group())
        if emoji in VALENCE and seen.get(emoji, 0) < _SAME:
            seen[emoji] = seen.get(emoji, 0) + 1
            found.append((emoji, VALENCE[emoji]))
            if len(found) == _MOST:
                break
    return found


def spaced(text: str) -> str:
    """Return `text` with every emoji as a word of its own: its base form if it carries a mood, else nothing."""
    seen: dict[str, int] = {}

    def word(match: re.Match[str]) -> str:
        emoji = _plain(match.group())
        seen[emoji] = seen.get(emoji, 0) + 1
        return f" {emoji} " if emoji in VALENCE and seen[emoji] <= _SAME else " "

    return _EMOJI.sub(word, text)


def _plain(emoji: str) -> str:
    """Return the form that is looked up: without skin and variant; of a joined one its first part if that is known."""
    bare = _LOOKS.sub("", emoji)
    return bare if bare in VALENCE else bare.split("\u200d")[0]
