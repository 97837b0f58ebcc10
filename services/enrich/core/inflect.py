"""Forms of English verbs and nouns, so that data files list words once. Generates; never analyses a text."""

from typing import NamedTuple

_VOWELS = "aeiou"
_IRREGULAR = {
    base: (past, participle)
    for base, past, participle in (
        line.split()
        for line in """
        be was been;beat beat beaten;become became become;begin began begun;bear bore borne;bind bound bound
        bid bid bid;bite bit bitten;blow blew blown;break broke broken;breed bred bred;bring brought brought
        build built built;rebuild rebuilt rebuilt;buy bought bought;burst burst burst;catch caught caught
        choose chose chosen;cling clung clung;come came come;cut cut cut;deal dealt dealt;dig dug dug;do did done
        draw drew drawn;withdraw withdrew withdrawn;drive drove driven;fall fell fallen;feed fed fed;feel felt felt
        fight fought fought;find found found;flee fled fled;fly flew flown;forbid forbade forbidden
        forgive forgave forgiven;freeze froze frozen;get got got;give gave given;go went gone;grow grew grown
        hang hung hung;have had had;hear heard heard;hide hid hidden;hit hit hit;hold held held;uphold upheld upheld
        withhold withheld withheld;hurt hurt hurt;keep kept kept;know knew known;lay laid laid;lead led led
        mislead misled misled;leave left left;lend lent lent;let let let;lie lay lain;light lit lit;lose lost lost
        make made made;mean meant meant;meet met met;overthrow overthrew overthrown;overrun overran overrun
        oversee oversaw overseen;overtake overtook overtaken;pay paid paid;put put put;quit quit quit
        read read read;rescind rescinded rescinded;rid rid rid;ride rode ridden;ring rang rung;rise rose risen
        run ran run;say said said;see saw seen;seek sought sought;sell sold sold;send sent sent;set set set
        shake shook shaken;shoot shot shot;shut shut shut;sink sank sunk;sit sat sat;slay slew slain
        sleep slept slept;speak spoke spoken;spend spent spent;split split split;spread spread spread
        stand stood stood;steal stole stolen;stick stuck stuck;strike struck struck;swear swore sworn
        take took taken;retake retook retaken;undertake undertook undertaken;teach taught taught;tell told told
        think thought thought;throw threw thrown;understand understood understood;upset upset upset;win won won
        tear tore torn;sweep swept swept;fling flung flung;sling slung slung;swing swung swung;slit slit slit
        foresee foresaw foreseen;undergo underwent undergone;unfreeze unfroze unfrozen
        withstand withstood withstood;bleed bled bled
        write wrote written;offset offset offset;cast cast cast;broadcast broadcast broadcast
        """.replace("\n", ";").split(";")
        if line.strip()
    )
}
_DOUBLED = frozenset(
    "admit ban beg bar chat compel control dip drop equip expel fit flog gun hug jam kidnap knit lag "
    "map net nod occur omit patrol permit pin plan plot prefer propel quit rebel recur refer regret repel rip rob rub "
    "scrap ship shoot shun shut sin sip skip slam slap slip snap spot stab stem step stop strip submit tap "
    "transfer transmit trap trim wrap commit cut dig get hit let put run set sit split spin win begin forget upset "
    "signal cancel travel marshal defer deter infer abet acquit swap dub gag lob nab ram rap shrug snub confer dispel "
    "fulfil hobnob rebut unban wiretap label level channel".split()
)
_BOTH = {base: base + "l" for base in "cancel signal travel marshal label level channel".split()}


class Verb(NamedTuple):
    """The forms of a verb."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str


def plural(noun: str) -> str:
    """The regular plural, also a verb's third person: raid, raids; ally, allies."""
    if noun.endswith(("s", "x", "z", "ch", "sh")) or noun in {"go", "do", "veto", "embargo"}:
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def verb(base: str) -> Verb:
    """The forms of the verb `base`.

    >>> verb("strike")
    Verb(base='strike', third='strikes', past='struck', participle='struck', gerund='striking')
    """
    third = {"have": "has", "be": "is"}.get(base) or plural(base)
    stem = base + base[-1] if base in _DOUBLED else base
    if base.endswith("ie"):
        gerund = base[:-2] + "ying"
    elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        gerund = base[:-1] + "ing"
    else:
        gerund = stem + "ing"
    if base in _IRREGULAR:
        past, participle = _IRREGULAR[base]
    else:
        past = participle = _past(base, stem)
    return Verb(base, third, past, participle, gerund)


def _past(base: str, stem: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return stem + "ed"


def verb_forms(base: str) -> frozenset[str]:
    """Every form of a verb, British and American spelling where the doubling of a consonant differs."""
    forms = set(verb(base))
    if base == "be":
        forms |= {"am", "are", "were"}
    if base in _BOTH:
        forms |= {base + "ed", base + "ing", _BOTH[base] + "ed", _BOTH[base] + "ing"}
    return frozenset(forms)


def irregular_pasts() -> frozenset[str]:
    """Past forms that are no base form too: they show a finite verb or a participle."""
    return frozenset(form for base, forms in _IRREGULAR.items() for form in forms if form != base and form != "lay")
