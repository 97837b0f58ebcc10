"""Who does what to whom."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.document import Signal
from services.contracts.vocabulary import Event
from services.enrich.core.clauses import find_clauses
from services.enrich.core.naming import find_mentions
from services.enrich.core.signals import find_signals
from services.enrich.core.text import read
from services.enrich.core.word_masks import Marks

PUBLISHED = datetime(2022, 2, 7, tzinfo=UTC)


def signals(content: str) -> list[Signal]:
    text = read(content)
    mentions = find_mentions(text, PUBLISHED.date())
    marks = Marks(text.words)
    clauses = find_clauses(text, marks, mentions.actors, mentions.places, PUBLISHED)
    return find_signals(text, marks, mentions.actors, mentions.places, clauses)


def acts(content: str) -> set[tuple[str, str | None, str | None]]:
    return {(str(s.event), s.source, s.target) for s in signals(content)}


@pytest.mark.parametrize(
    ("content", "act"),
    [
        ("Germany agreed to release funds to Mali.", ("AGREE", "DEU", "MLI")),
        ("France will meet Italy on Friday.", ("AGREE", "FRA", "ITA")),
        ("France met Italy on Friday.", ("CONSULT", "FRA", "ITA")),
        ("France held talks with Italy.", ("CONSULT", "FRA", "ITA")),
        ("Japan praised Canada for its efforts.", ("SUPPORT", "JPN", "CAN")),
        ("Japan signed a trade deal with Canada.", ("SUPPORT", "JPN", "CAN")),
        ("India shared intelligence with France.", ("COOPERATE", "IND", "FRA")),
        ("Norway donated tents to Nepal.", ("AID", "NOR", "NPL")),
        ("Chile lifted the ban on Peru.", ("CONCEDE", "CHL", "PER")),
        ("Ethiopia withdrew its troops from Somalia.", ("RETREAT", "ETH", "SOM")),
        ("Iraq urged Turkey to leave.", ("REQUEST", "IRQ", "TUR")),
        ("Iraq said Turkey must leave the valley.", ("REQUEST", "IRQ", "TUR")),
        ("Iraq suggested that Turkey should leave.", ("REQUEST", "IRQ", "TUR")),
        ("Poland accused Belarus of smuggling.", ("ACCUSE", "POL", "BLR")),
        ("Serbia rejected a plan by Kosovo.", ("REJECT", "SRB", "XKX")),
        ("Serbia refused to meet Albania.", ("REJECT", "SRB", "ALB")),
        ("Iran threatened to attack Israel.", ("THREATEN", "IRN", "ISR")),
        ("Students in Chile protested against China.", ("PROTEST", "CHL", "CHN")),
        ("Canada suspended aid to Sudan.", ("SANCTION", "CAN", "SDN")),
        ("Canada imposed sanctions on Sudan.", ("SANCTION", "CAN", "SDN")),
        ("Greece deployed warships near Turkey.", ("MOBILIZE", "GRC", "TUR")),
        ("Egypt arrested a Sudanese man.", ("COERCE", "EGY", "SDN")),
        ("Azerbaijan shelled Armenia overnight.", ("ASSAULT", "AZE", "ARM")),
    ],
)
def test_every_event_has_words_that_state_it(content: str, act: tuple[str, str, str]) -> None:
    assert act in acts(content)


@pytest.mark.parametrize(
    ("content", "act"),
    [
        ("Armenia was attacked by Azerbaijan.", ("ASSAULT", "AZE", "ARM")),
        ("An attack by Azerbaijan on Armenia killed two.", ("ASSAULT", "AZE", "ARM")),
        ("Azerbaijan's attack on Armenia killed two.", ("ASSAULT", "AZE", "ARM")),
        ("Talks between Greece and Turkey began.", ("CONSULT", "GRC", "TUR")),
        ("Greece, which accused Turkey of lying, left.", ("ACCUSE", "GRC", "TUR")),
        ("Japan praised Canada. It also condemned Russia.", ("ACCUSE", "JPN", "RUS")),
        ("Emmanuel Macron left Paris. He had met Vladimir Putin.", ("CONSULT", "emmanuel-macron", "vladimir-putin")),
        ("France sent 300 soldiers to Lithuania.", ("MOBILIZE", "FRA", "LTU")),
        ("Norway donated tents to Nepal, the United Nations said.", ("AID", "NOR", "NPL")),
        ("Russia denied that it had attacked Ukraine.", ("ASSAULT", "RUS", "UKR")),
        ("Sudan was accused by Chad and France of arming rebels.", ("ACCUSE", "FRA", "SDN")),
        ("Turkey said three of its soldiers had been killed.", ("ASSAULT", None, "TUR")),
        ("Ethiopian soldiers marched into Somalia.", ("ASSAULT", "ETH", "SOM")),
        ("Russian tanks rolled into Georgia.", ("ASSAULT", "RUS", "GEO")),
        ("Russian bombers flew close to Alaska.", ("MOBILIZE", "RUS", "USA")),
        ("China flew warplanes into Taiwan's air defence zone.", ("MOBILIZE", "CHN", "TWN")),
        ("France plans to withdraw its troops from Niger.", ("RETREAT", "FRA", "NER")),
        ("The Security Council called on Rwanda to leave.", ("REQUEST", "UNSC", "RWA")),
        ("Israel Friday reimposed a blockade of Gaza.", ("ASSAULT", "ISR", "PSE")),
        ("US and British activists protested in Beijing.", ("PROTEST", "USA", "CHN")),
        ("Poland recalled its ambassador from Minsk.", ("SANCTION", "POL", "BLR")),
        ("Greece and Turkey met in Rome.", ("CONSULT", "GRC", "TUR")),
        ("The visit ended after Algeria expelled a French diplomat.", ("SANCTION", "DZA", "FRA")),
        ("Israel shelled Damascus, killing three Syrian soldiers and wounding seven.", ("ASSAULT", "ISR", "SYR")),
    ],
)
def test_sides_follow_voice_preposition_relative_and_pronoun(content: str, act: tuple[str, str, str]) -> None:
    assert act in acts(content)


@pytest.mark.parametrize(
    ("content", "act"),
    [
        ("Egypt condemned the bombing of Rafah.", ("ASSAULT", "EGY", "PSE")),
        ("Kosovo and Serbia traded accusations over the killing of a policeman.", ("ASSAULT", "XKX", "SRB")),
        ("Norway, Finland and Sweden will deploy 900 soldiers.", ("MOBILIZE", "NOR", "FIN")),
        ("An anti-Syria journalist has been killed in Beirut.", ("ASSAULT", None, "SYR")),
        ("The storm killed 40 people in Haiti.", ("ASSAULT", None, "HTI")),
        ("Peru said that rebels had attacked Lima.", ("ASSAULT", "PER", "PER")),
        ("Nigeria sent troops after bandits abducted pupils in Zamfara.", ("ASSAULT", "NGA", "NGA")),
        ("Israel shelled Damascus, killing three Syrian soldiers and wounding seven.", ("ASSAULT", "SYR", None)),
        ("An earthquake killed 200 soldiers in Turkey.", ("ASSAULT", None, "TUR")),
    ],
)
def test_nobody_is_charged_with_what_he_only_spoke_of_or_stood_beside(
    content: str, act: tuple[str, str | None, str]
) -> None:
    assert act not in acts(content)


def test_an_attack_of_nobody_we_know_on_nobody_we_know_is_told() -> None:
    assert ("ASSAULT", None, None) in acts("Gunmen attacked a bus.")


def test_of_two_that_agree_each_is_a_target_too() -> None:
    assert acts("Greece and Turkey agreed to a truce.") >= {("AGREE", "GRC", "TUR"), ("AGREE", "TUR", "GRC")}


def test_a_sentence_may_carry_two_events() -> None:
    found = acts("Iraq condemned Iran and expelled a Turkish diplomat.")
    assert found >= {("ACCUSE", "IRQ", "IRN"), ("SANCTION", "IRQ", "TUR")}


@pytest.mark.parametrize(
    ("content", "event", "stance"),
    [
        ("Poland accused Belarus of smuggling.", "ACCUSE", "reported"),
        ("Iraq urged Turkey to leave.", "REQUEST", "reported"),
        ("Serbia refused to meet Albania.", "REJECT", "reported"),
        ("Germany said it would send 300 soldiers to Lithuania.", "MOBILIZE", "planned"),
        ("Officials warned that Russia could attack Ukraine.", "ASSAULT", "predicted"),
        ("Russia denied that it had attacked Ukraine.", "ASSAULT", "denied"),
        ("In 1941 Germany attacked Greece.", "ASSAULT", "historical"),
    ],
)
def test_an_act_has_a_stance_of_its_own(content: str, event: str, stance: str) -> None:
    assert stance in {s.stance for s in signals(content) if s.event == event}


@pytest.mark.parametrize(
    ("content", "speaker"),
    [
        ("Western officials said Moscow had gathered soldiers near Ukraine.", None),
        ("Russia has massed troops near Ukraine, two diplomats said.", None),
        ("Iran shelled Iraq, Seoul's defence ministry said.", "KOR"),
        ("Iran shelled Iraq, officials in Ankara said.", "TUR"),
        ("Iran shelled Iraq, according to the Pentagon.", "USA"),
        ("According to diplomats, Iran shelled Iraq.", None),
        ("The official said Iran had shelled Iraq.", None),
        ("Iran has not shelled Iraq, its foreign minister said.", "IRN"),
        ("A spokesman for the Indian army said Pakistan had shelled India.", "IND"),
    ],
)
def test_the_speaker_is_who_says_it_and_not_who_did_it(content: str, speaker: str | None) -> None:
    assert {s.speaker for s in signals(content)} == {speaker}


def test_who_denies_is_kept() -> None:
    assert {s.speaker for s in signals("Russia denied that it had attacked Ukraine.")} == {"RUS"}


@pytest.mark.parametrize(
    "content",
    [
        "Germany, France, Italy, Spain, Poland, Norway, Sweden.",
        "Russia | 12 | 14\nUkraine | 9 | 3\nBelarus | 1 | 0",
        "Ukraine is a large country. Russia is larger.",
        "The United States and Canada share a long border.",
        "Israel Defense Forces; Iraqi Ground Forces",
        "The UN Support Mission in Libya is small.",
        "It was in Russia on March 16.",
        "Pictures suggest that more Russian trucks are on the way.",
    ],
)
def test_no_event_without_a_word_that_states_one(content: str) -> None:
    assert signals(content) == []


def test_weights_put_events_in_order() -> None:
    weight = {s.event: s.weight for s in signals("France met Italy. Azerbaijan shelled Armenia. Norway aided Nepal.")}
    assert weight[Event.ASSAULT] < 0 < weight[Event.CONSULT] < weight[Event.AID]


WORDS = st.sampled_from(
    "Russia Ukraine attacked agreed to will not talks between and , by the . said must aid sanctions he France".split()
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_gives_exact_quotes_and_the_same_signals_twice(content: str) -> None:
    found = signals(content)
    assert all(content[s.start : s.end] == s.quote for s in found)
    assert found == signals(content)
    assert found == [Signal.model_validate(s.model_dump()) for s in found]
