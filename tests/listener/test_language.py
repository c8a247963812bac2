"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.language import UNKNOWN, identify
from tests.listener.hostile import HOSTILE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My parcel still has not arrived and nobody answers the phone", "en"),
        ("بسته من هنوز نرسیده و هیچ کس جواب نمی‌دهد", "fa"),
        ("خیلی خوب بود ممنون", "fa"),
        ("الطرد لم يصل حتى الآن ولا أحد يرد", "ar"),
        ("شو هالخدمة الحلوة", "ar"),
        ("החבילה שלי עדיין לא הגיעה", "he"),
        ("Mon colis n'est toujours pas arrivé et personne ne répond", "fr"),
        ("Mein Paket ist immer noch nicht da und keiner antwortet", "de"),
        ("Mi paquete todavía no ha llegado y nadie contesta", "es"),
        ("Il mio pacco non è ancora arrivato e nessuno risponde", "it"),
        ("O meu pacote ainda não chegou e ninguém responde", "pt"),
        ("salam, sefaresh man hanooz nareside, lotfan javab bedid", "fa"),
        ("wallah el app mesh 3ayez yefta7 ya gama3a", "ar"),
        ("میرا پارسل ابھی تک نہیں آیا ہے", "ur"),
        ("Моя посылка ещё не пришла", "ru"),
        ("荷物がまだ届きません", "ja"),
        ("택배가 아직 안 왔어요", "ko"),
        ("मेरा पार्सल अभी तक नहीं आया", "hi"),
        ("אני אוהב את Acme Cloud Professional", "he"),
        ("@acme_support https://a.example/you/and/me سلام خوبید", "fa"),
    ],
)
def test_a_text_is_told_by_its_script_letters_and_small_words(text: str, code: str) -> None:
    assert identify(text).code == code


@pytest.mark.parametrize(
    ("text", "declared", "usual", "code"),
    [
        ("😂😂", None, None, UNKNOWN),
        ("😂😂", "fa", None, "fa"),
        ("👍", None, "he", "he"),
        ("سلام خوبی چطوری", "en", "en", "fa"),
        ("the parcel is late and I am not happy", "fa", "fa", "en"),
        ("Acme", None, None, "en"),
        ("Acme", "de-AT", None, "de"),
        ("👍", "iw", None, "he"),
        ("👍", "", "  ", UNKNOWN),
    ],
)
def test_what_a_source_declares_only_tips_the_balance(
    text: str, declared: str | None, usual: str | None, code: str
) -> None:
    assert identify(text, declared, usual).code == code


def test_little_evidence_is_little_confidence() -> None:
    assert identify("Acme").confidence < 0.5 < identify("this is what we all know and they do not").confidence
    assert identify("123 😂").confidence == 0.0


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_get_an_answer(text: str) -> None:
    assert 0.0 <= identify(text).confidence <= 1.0


@given(st.text(), st.text(max_size=5), st.text(max_size=5))
def test_any_text_and_any_hint_get_an_answer(text: str, declared: str, usual: str) -> None:
    found = identify(text, declared, usual)
    assert 0.0 <= found.confidence <= 1.0
    assert found.code
