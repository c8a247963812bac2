"""Which language a text is in, and how sure: by script, then letters, then small words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from listener import pieces

UNKNOWN = "und"
_READ = 1_000


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639-1 code or `und`, and a confidence of 0 to 1."""

    code: str
    confidence: float


_NOISE = re.compile(r"https?://\S+|www\.\S+|@[\w.\-@]+|\bhttps?\b|\brt\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c][^\W\d_]+)*")
_SCRIPTS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "hebrew": re.compile("[\u05d0-\u05ea\ufb1d-\ufb4f]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "kana": re.compile("[\u3041-\u30ff]"),
    "han": re.compile("[\u4e00-\u9fff]"),
    "hangul": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "thai": re.compile("[\u0e01-\u0e5b]"),
    "armenian": re.compile("[\u0531-\u0587]"),
    "georgian": re.compile("[\u10a0-\u10ff]"),
}
# Latin letters, signs and emoji: what most texts are made of, seen at one look
_LATIN_ONLY = re.compile("[\x00-\u024f\u2000-\u206f\u2190-\u2bff\ufe0e\ufe0f\U0001f000-\U0001faff]*")
# scripts that tell the language by themselves; the others are read further
_ONE_LANGUAGE = {
    "hebrew": "he", "greek": "el", "kana": "ja", "hangul": "ko", "devanagari": "hi", "thai": "th", "armenian": "hy",
    "georgian": "ka", "han": "zh",
}  # fmt: skip

# Arabic script: how much one letter speaks for a language, counted before folding (ye and kaf are the best cue)
_ARABIC_LETTERS = {
    "fa": {"پ": 2.0, "چ": 2.0, "ژ": 2.0, "گ": 2.0, "ک": 1.5, "ی": 1.0, "\u200c": 1.0},
    "ar": {
        "ة": 2.5,
        "ى": 1.0,
        "ي": 1.0,
        "ك": 1.0,
        "أ": 1.2,
        "إ": 1.5,
        "ؤ": 0.5,
        "ض": 0.3,
        "ط": 0.3,
        "ظ": 0.3,
        "ث": 0.2,
    },
    "ur": {"ٹ": 3.0, "ڈ": 3.0, "ڑ": 3.0, "ں": 3.0, "ے": 2.5, "ہ": 1.5, "ھ": 1.5},
    "ckb": {"ێ": 3.0, "ۆ": 3.0, "ڵ": 3.0, "ڕ": 3.0, "ە": 1.5, "ڤ": 1.0},
    "ps": {"ټ": 3.0, "ډ": 3.0, "ړ": 3.0, "ښ": 3.0, "ږ": 3.0, "ې": 1.5, "ځ": 3.0, "څ": 3.0, "ۍ": 3.0},
}
_ARABIC_WORDS = {
    "fa": "از به در که را با این است برای هم تو ما شما خیلی نیست بود شد کرد چرا می نمی ها های هست دارم دارد داره "
    "نداره ندارم کنم کنید کنه شده باید اگه اگر ولی اما یک یه چه چی هر همه خوب بد دیگه دیگر مثل تا رو اون آن بی "
    "سلام ممنون لطفا مرسی نکنید کردم کردن خوبه عالی خرید بعد روی کن کنند باشه باشد میشه شود چند وقت من اینکه چقدر "
    "الان فقط حتی پس واقعا نه چیزی کسی بودم شدم میکنم نمیشه نمیکنه گفت گفتم خودم خودش دوست آقا خانم بهتر سال روز "
    "ساعت هزار تومان تومن کجا ای بهترین آب شهر ایران انتخاب دست جان زمان نفر راه وای آدم کشور اونا اینا دلم دل خدا "
    "مردم",
    "ar": "في من على الى إلى عن أن ان لا ما هذا هذه التي الذي مع كان يا قد لم لن هو هي انا أنا نحن انت هل كل بعد "
    "قبل غير حتى عند ولا وما ليس لكن بس مش مو شو ليش كيف وين اللي دي ده هاد عشان علشان كتير كثير والله الله ايش وش "
    "عايز بدي ابغى شنو هسه جدا شي اي أي بين لي لك له لها لهم منه فيه فيها عليه علي كما كانت يكون تم اليوم الان "
    "الآن شكرا السلام عليكم رجاء ممكن لماذا متى اين أين كم مين حد دا احنا إنت ايه إيه زي لو ولو بدون خلال منذ تحت "
    "فوق اذا إذا ثم او أو ومن وفي بل سوف عام يوم سنة الناس العالم شركة خدمة تطبيق انه أنه إن وقد فقط ايضا أيضا",
    "ur": "ہے ہیں کے کی کا میں سے کو نے اور یہ وہ پر نہیں تھا تھی کیا بھی ہو ہی گیا",
    "ckb": "لە بۆ ئەم کە نییە دەکات هەیە ئەو بە",
    "ps": "چې دی نه په د کې سره او یې",
}
# the same by letter
_ARABIC_OWN = {
    letter: [(code, table[letter]) for code, table in _ARABIC_LETTERS.items() if letter in table]
    for letter in {letter for table in _ARABIC_LETTERS.values() for letter in table}
}
_CYRILLIC_LETTERS = {"uk": "іїєґ", "be": "ў", "sr": "ђћџљњј", "bg": "ъщ", "ru": "ыэё"}

LATIN_WORDS = {
    "en": "the and is to of in it you that for on with this was have are not be my at we so just but your me they "
    "what all if do will get when can from out up like about no how an i'm it's don't can't he she his her their "
    "our us would been has had there then them one more some very really please why who where which now know think "
    "want did does because love time good great new today app tomorrow day thanks thank still after need by as or "
    "going see never best night i've you're that's didn't doesn't isn't won't happy people work make only too off "
    "into back again help",
    "fr": "le la les et des du de un une est pas je tu il elle nous vous ils que qui dans pour sur avec ce cette "
    "ces son sa ses mon ma mes au aux ne se ou où plus mais très bien tout tous fait être avoir j'ai c'est d'un "
    "qu'il comme sont ont ça quand trop merci aussi faire va été même rien sans moi toi y a était bonjour leur "
    "notre votre encore beaucoup jamais toujours ici oui parce alors peut peu déjà vraiment chez quel quelle vos nos "
    "leurs n'est j'en s'il plaît avez avons êtes suis fois bon bonne déçu service livraison",
    "de": "der die das und ist nicht ich du er sie es wir ihr ein eine einen einem einer den dem des zu auf mit "
    "für von im in an auch noch nur aber wie was wenn so sich bei nach aus als man hat habe haben wird werden kann "
    "mir mich dir dich mein dein sein schon mehr sehr immer wieder über gut heute ja nein danke doch mal zum zur "
    "vom bin sind war oder dass hier jetzt kein keine gegen alle um da diese dieser",
    "es": "el la los las y de que en un una es no por con para se lo le me mi tu su al del como más pero muy ya si "
    "sí todo todos esta este eso está estoy son fue ser hay porque cuando qué cómo yo te nos sin bien hoy gracias "
    "también desde hasta vida gente siempre nunca solo así tengo tiene mañana día hola ahora mejor nada quiero",
    "it": "il lo la gli le di che e è un una non per con mi si ti ci ma sono del della dei delle al alla ai alle "
    "nel nella da dal dalla come più anche questo questa quello se ho hai ha abbiamo hanno io tu lui lei noi voi "
    "loro molto bene tutto tutti cosa perché quando solo ora oggi grazie essere fare sempre mai ciao dopo ancora "
    "stato poi",
    "pt": "o a os as e de que em um uma é não por com para se eu você ele ela nós meu minha seu sua do da dos das "
    "no na nos nas ao à mais mas muito já só como isso esse essa este está são foi ser tem ter vai quando porque "
    "pra pro tá também até bem hoje obrigado obrigada gente todo tudo nada sempre nunca dia agora vou quero bom "
    "boa me te",
    "nl": "de het een en van ik je dat niet is op te zijn met voor die er maar om ook aan wat hij bij dan nog naar "
    "wel heb heeft geen mijn deze door goed hoe waar uit mij zo kan moet",
    "tr": "bir ve bu da de için çok ne ben sen mi mı ama gibi daha var yok değil o ki olarak kadar sonra her şey "
    "bana sana nasıl neden iyi güzel teşekkürler lütfen şu en ya hiç",
    "id": "yang dan di ini itu tidak untuk dengan saya aku kamu dari ada ke bisa sudah akan juga tapi karena lagi",
    "pl": "nie się na to jest że do jak ale co mnie tak już za tym mam jestem tylko dla być czy po od bardzo",
    "sv": "och att det som en på är av för jag inte med har till den om ett men var så vi kan från när",
    # Persian and Arabic written in Latin letters
    "fa-latn": "salam khoobi khobi chetori mersi merci mamnoon kheyli kheili khob khoob vali chera inja onja "
    "mikonam nemikonam mikone nemikone mishe nemishe hast nist boodam bood baraye dige dg hamishe alan emrooz "
    "diruz farda kojast koja chi chie man shoma azizam dostan doostan khodam khodeton lotfan bebakhshid moshkel "
    "daram nadaram dare nadare gozashtam sefaresh kharid pool poolam poolamo gheymat ghimat bargasht dorost kharab "
    "khaste javab nadadan nadadid bayad bashe nabood kardam kardid kardan mikham nemikham begam migam harchi hichi "
    "hich baba dadash ye chand vaghean ina una manam toro mano agha khanoom eftezah aali mishavad ast raa ham",
    "ar-latn": "wallah wallahi yalla habibi habibti inshallah inshaallah mashallah mashaallah alhamdulillah "
    "elhamdulillah shukran shokran salam salaam 3alaykum alaykum ana enta enti ente inta inti howa heya e7na ehna "
    "mesh mish msh mush mafi mafish mafeesh 3ayez 3ayz 3awz ayez 3ashan 3shan ashan 3ala 3ndi 3andi 3indi leh leih "
    "lesh laish shu shou eh da dah di dih kda keda kida awi awy gedan jiddan kteer ktir kter keteer bas bass bs "
    "7aga 7abibi 7elw 7elwa 7ilwa 7ob 9a7 sa7 ma3 ma3a ma3na ma3ak ma3lesh maalesh khalas 5alas 5las fein feen "
    "wein wen emta meta ezay ezzay kol kul elly elli illi lli ya rab yarab youm yom enno inno el al fi w wala "
    "bardo bardu b3d ba3d",
}
_MARKED = {
    "fr": "çœêèàùâîôûëïé", "de": "äöüß", "es": "ñ¿¡áíóú", "pt": "ãõçáéíóúâêô", "it": "èàùìò", "tr": "ğşıçöü",
    "pl": "ąęłśżźćń", "sv": "åäö", "nl": "ëï", "ro": "șță", "cs": "řěůčšž", "hu": "őű",
}  # fmt: skip
_ENDINGS = {
    "en": "ing tion ed ly ight ough ness ould ers ow ock ook ee ck ll ss 's n't",
    "de": "ung ich isch lich keit heit cht ern eln ert iert tion sch tz ck ein eit en est",
    "fr": "ment eur eux euse eaux eau ais ait aient ez oir ique tion elle ette ère ier ir és ée re",
    "es": "ción dad mente ando iendo ado ido ados adas ero era eros ías ía llo lla ción os as ón ar aje",
    "it": "zione ità mente ando endo ato ata ati ate are ere ire etto ella gli glia cchi ezza ale iamo che io ono",
    "pt": "ção ções dade mente ando endo indo ado ido ão ões inho inha eiro eira lho nha ar ou ei agem",
    "nl": "ijk heid ing aar isch tje en",
    "tr": "lar ler dır dir yor mak mek ım im ın lık",
}
_ARABIZI = re.compile(r"\b(?=\w*[a-z])(?=\w*[2356789])[a-z]*[235789]+[a-z][a-z235789]*\b", re.IGNORECASE)


# what a small word, and a hint worth one, add to the logarithm of the odds that pieces of words give
_WORD_ODDS, _HINT_ODDS = 1.0, 1.5
# another language needs more than one small word; below this share no language is said
_FEW, _LIKELY = 1.0, 0.4


def _index(words: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Return word -> language -> weight; a word that several languages use says less for each."""
    owners: dict[str, list[str]] = {}
    for code, line in words.items():
        for word in dict.fromkeys(line.split()):
            owners.setdefault(word, []).append(code)
    return {word: {code: 1.0 / len(codes) for code in codes} for word, codes in owners.items()}


_ARABIC_INDEX = _index(_ARABIC_WORDS)
_LATIN_INDEX = _index(LATIN_WORDS)
_MARKED_INDEX = _index({code: " ".join(chars) for code, chars in _MARKED.items()})
_ENDING_INDEX = _index(_ENDINGS)
_MARKS = frozenset(_MARKED_INDEX)


def identify(text: str, declared: str | None = None, usual: str | None = None) -> Language:
    """Return the language of `text`; `declared` is the source's word for it, `usual` the language its feed speaks.

    Both only tip the balance: sources mostly declare what an account was set to, not what was written.
    """
    sample = _readable(text)
    hints = _hints(declared, usual)
    script = _script(sample)
    if script is None:
        return _guess(hints)
    if script in _ONE_LANGUAGE:
        return Language(_ONE_LANGUAGE[script], 0.99)
    if script == "cyrillic":
        return _cyrillic(sample.lower(), hints)
    words = _words(sample)
    if script == "arabic":
        return _arabic(sample, Counter(words), hints)
    return _latin(sample.lower(), dict.fromkeys(words), hints)


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case as `identify` sees them: no addresses, handles, digits or signs."""
    return _words(_readable(text))


def _readable(text: str) -> str:
    """Return the beginning of `text` without what says nothing of its language."""
    read = text[:_READ]
    read = read if read.isascii() else unicodedata.normalize("NFC", read)
    return _NOISE.sub(" ", read.replace("#", " ").replace("_", " "))


def _words(sample: str) -> list[str]:
    return _WORD.findall(sample.lower().replace("’", "'"))


def _hints(declared: str | None, usual: str | None) -> dict[str, float]:
    """Return how much the source and the feed speak for a language, in small words' worth."""
    hints: dict[str, float] = {}
    if not declared and not usual:
        return hints
    for name, weight in ((declared, 0.8), (usual, 0.5)):
        code = (name or "").strip().lower().replace("_", "-").split("-")[0]
        if code and code != UNKNOWN:
            code = {"iw": "he", "per": "fa", "fas": "fa", "ara": "ar", "heb": "he", "eng": "en"}.get(code, code)
            hints[code] = hints.get(code, 0.0) + weight
    return hints


def _script(sample: str) -> str | None:
    """Return the script a text is written in; Latin names inside other scripts are outvoted three to one."""
    if _LATIN_ONLY.fullmatch(sample):
        return "latin" if any(map(str.isalpha, sample)) else None
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    others = {name: count for name, count in counts.items() if count and name != "latin"}
    if not others:
        return "latin" if any(char.isalpha() for char in sample) else None
    if "kana" in others and "han" in others:
        others["kana"] += others.pop("han")
    name = max(others, key=lambda script: others[script])
    return name if others[name] * 3 >= counts["latin"] else "latin"


def _guess(hints: Mapping[str, float]) -> Language:
    """Return what the hints say where the text says nothing."""
    if not hints:
        return Language(UNKNOWN, 0.0)
    return Language(max(hints, key=lambda code: hints[code]), 0.3)


def _best(scores: Mapping[str, float], known: Mapping[str, float]) -> Language:
    """Return the language with the highest score; sure where it leads clearly and there was much to go by."""
    first, *rest = sorted(scores.items(), key=lambda pair: -pair[1])
    second = rest[0][1] if rest else 0.0
    evidence = known.get(first[0], 0.0)
    lead = (first[1] - second) / (first[1] or 1.0)
    confidence = 0.35 + 0.65 * lead * evidence / (evidence + 0.8)
    return Language(first[0].removesuffix("-latn"), round(min(confidence, 0.99), 3))


def _arabic(sample: str, words: Counter[str], hints: Mapping[str, float]) -> Language:
    """Tell Arabic, Persian, Urdu, Kurdish and Pashto apart."""
    letters = Counter(unicodedata.normalize("NFKC", sample))
    scores = dict.fromkeys(_ARABIC_LETTERS, 0.0)
    for letter in letters.keys() & _ARABIC_OWN.keys():
        for code, weight in _ARABIC_OWN[letter]:
            scores[code] += min(letters[letter], 6) * weight
    for word, count in words.items():
        for code, weight in _ARABIC_INDEX.get(word, {}).items():
            scores[code] += 1.5 * weight * min(count, 3)
        if word.startswith(("ال", "وال", "بال")) and len(word) > 4:
            scores["ar"] += 0.8
        elif word.startswith(("می\u200c", "نمی\u200c")) or word.endswith(("\u200cها", "\u200cهای", "\u200cام")):
            scores["fa"] += 1.0
    known = dict(scores)
    for code in scores.keys() & hints.keys():
        scores[code] += hints[code]
    if max(scores.values()) <= 0:
        return Language("ar", 0.4)
    return _best(scores, known)


def _cyrillic(sample: str, hints: Mapping[str, float]) -> Language:
    """Tell the languages of the Cyrillic script apart by their own letters."""
    scores = {code: float(sum(sample.count(char) for char in chars)) for code, chars in _CYRILLIC_LETTERS.items()}
    for code in scores.keys() & hints.keys():
        scores[code] += hints[code]
    return _best(scores, scores) if max(scores.values()) > 0 else Language("ru", 0.5)


def _latin(sample: str, words: Collection[str], hints: Mapping[str, float]) -> Language:
    """Tell the languages of the Latin script apart, Persian and Arabic in Latin letters among them."""
    scores: dict[str, float] = {}
    for word in words:
        for code, weight in _spoken(word):
            scores[code] = scores.get(code, 0.0) + weight
    for char in () if sample.isascii() else _MARKS.intersection(sample):
        for code, weight in _MARKED_INDEX[char].items():
            scores[code] = scores.get(code, 0.0) + 1.5 * weight * min(sample.count(char), 4)
    if scores.get("ar-latn", 0.0) > 0:
        scores["ar-latn"] += 0.5 * len(_ARABIZI.findall(sample))
    table = pieces.table()
    if table is None:
        return _by_words(scores, hints, sample)
    return _by_pieces(table.lean(words), scores, hints)


@lru_cache(maxsize=20_000)
def _spoken(word: str) -> tuple[tuple[str, float], ...]:
    """Return how much a word and its endings speak for each language."""
    found = dict(_LATIN_INDEX.get(word, {}))
    for size in (2, 3, 4):
        for code, weight in _ENDING_INDEX.get(word[-size:], {}).items() if len(word) > size + 1 else ():
            found[code] = found.get(code, 0.0) + 0.35 * weight
    return tuple(found.items())


def _by_words(scores: dict[str, float], hints: Mapping[str, float], sample: str) -> Language:
    """Return the language that most small words, endings and letters speak for."""
    known = dict(scores)
    for code, weight in hints.items():
        scores[code] = scores.get(code, 0.0) + weight
    if max(known.values(), default=0.0) <= 0:
        # plain letters and no small word of any language: English is the likeliest, and a person may say otherwise
        return _guess(hints) if hints or not sample.isascii() else Language("en", 0.4)
    return _best(scores, known)


def _by_pieces(odds: Mapping[str, float], scores: Mapping[str, float], hints: Mapping[str, float]) -> Language:
    """Return one of the languages whose pieces of words are known, unless small words speak for another."""
    ours = max((scores.get(code, 0.0) for code in odds), default=0.0)
    theirs = {code: score + hints.get(code, 0.0) for code, score in scores.items() if code not in odds}
    if theirs and max(theirs.values()) > max(ours, _FEW):
        return _best({**scores, **theirs}, scores)
    sums = {code: odd + _WORD_ODDS * scores.get(code, 0.0) for code, odd in odds.items()}
    for code in sums.keys() & hints.keys():
        sums[code] += _HINT_ODDS * hints[code]
    top = max(sums, key=sums.__getitem__)
    share = 1 / sum(exp(value - sums[top]) for value in sums.values())
    if share < _LIKELY:
        return _guess(hints)
    return Language(top, round(min(share, 0.99), 3))
