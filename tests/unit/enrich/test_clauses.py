"""Stance: what a text does with a statement, clause by clause."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ActorType, Found, Stance
from services.enrich.core.clauses import find_clauses, sentence_stance
from services.enrich.core.mentions import IN_ORDER, ActorMention, StancedClause
from services.enrich.core.text import Text, read
from services.enrich.core.word_masks import Marks

PUBLISHED = datetime(2022, 2, 7, tzinfo=UTC)


def clauses(content: str) -> list[StancedClause]:
    text = read(content)
    return find_clauses(text, Marks(text.words), [], [], PUBLISHED)


def stance_at(content: str, words: str) -> Stance:
    """The stance of the clause in which `words` begin."""
    at = content.index(words)
    return next(c.stance for c in clauses(content) if c.start <= at < c.end)


@pytest.mark.parametrize(
    ("content", "words", "stance"),
    [
        # one sentence, several stances
        ("The minister said the army had moved 4,000 men and was on track to move 9,000.", "had moved", "reported"),
        ("The minister said the army had moved 4,000 men and was on track to move 9,000.", "was on track", "predicted"),
        ("Ruritania insisted on not having a plan to strike and instead filed its own protest.", "strike", "denied"),
        ("Ruritania insisted on not having a plan to strike and instead filed its own protest.", "filed", "reported"),
        ("Norland has denied that it plans to attack and has offered talks.", "attack", "denied"),
        ("Norland has denied that it plans to attack and has offered talks.", "offered", "reported"),
        ("A spokesman dismissed as nonsense a report that men had crossed the river.", "crossed", "denied"),
        ("Six men were killed, the army said, denying reports that dozens had died.", "Six", "reported"),
        ("Six men were killed, the army said, denying reports that dozens had died.", "dozens", "denied"),
        ("Amid fears of a wider war, the airport was closed.", "closed", "reported"),
        ("In 1958 Norland invaded Ruritania and toppled the king.", "toppled", "historical"),
        ("The siege lasted from 1992 to 1995.", "siege", "historical"),
        ("The premier refused to rule out an incursion.", "incursion", "hypothetical"),
        ("Nobody knows whether the captives are alive.", "alive", "hypothetical"),
        ("The premier has yet to decide on a deployment.", "deployment", "negated"),
        ("Officers were unable to reach the town.", "reach", "negated"),
        ("The rebels have been asked to vacate the school.", "vacate", "demanded"),
        ("Norland called the accusation of an attack absurd.", "attack", "denied"),
        ("Jets patrolling a no-fly zone fired on a radar.", "fired", "reported"),
        # reported
        ("Shells hit the harbour on Monday.", "hit", "reported"),
        ("The army did not deny that it had shelled the town.", "shelled", "reported"),
        ("Norland filed its own demand for guarantees.", "demand", "reported"),
        ("The attack not only killed ten soldiers.", "killed", "reported"),
        ("Norland recalled its ambassador on Friday.", "recalled", "reported"),
        ("Gunmen attacked the museum and took hostages.", "attacked", "reported"),
        ("At the summit in Hiroshima, Norland blamed Ruritania.", "blamed", "reported"),
        # denied, in two parts or by a word for falsehood
        ("Norland rejected Ruritania's claim that it arms rebels.", "arms", "denied"),
        ("Norland called reports of a build-up pure fabrication.", "build-up", "denied"),
        ("The minister dismissed as groundless the claims that an attack was near.", "claims", "denied"),
        ("There is no evidence that Norland will attack.", "attack", "negated"),
        # conditions and wishes
        ("Should Norland attack, the alliance would answer.", "attack", "hypothetical"),
        ("Norland wants the alliance to station a brigade there.", "station", "demanded"),
        ("Norland asked its neighbour for 100 tanks.", "tanks", "demanded"),
        # scores
        ("They attacked from the start and beat the visitors 112-98.", "attacked", "non_conflict"),
        ("The council voted 7-0 to shell the port.", "shell", "reported"),
        # estimated, predicted, planned
        ("An estimated 900 fighters hide in the hills.", "fighters", "estimated"),
        ("The group is believed to hold 40 tanks.", "tanks", "estimated"),
        ("Officials warned that Norland could attack within days.", "attack", "predicted"),
        ("The war is expected to displace thousands.", "displace", "predicted"),
        ("Analysts fear a full-scale war.", "war", "predicted"),
        ("Norland said it would send 300 soldiers.", "send", "planned"),
        ("The minister announced plans to cut the force.", "cut", "planned"),
        ("Two frigates will sail tomorrow.", "sail", "planned"),
        ("The war will cause a famine.", "cause", "predicted"),
        # hypothetical
        ("If Norland attacks, the alliance will respond.", "respond", "hypothetical"),
        ("Would the general order an assault?", "order", "hypothetical"),
        ("It is not clear whether the troops will attack.", "attack", "hypothetical"),
        ("Such a force will be able to take the city in an attack that will kill thousands.", "kill", "hypothetical"),
        ("He did not say where the brigade had been sent.", "sent", "hypothetical"),
        # demanded
        ("The council demanded that the rebels withdraw.", "withdraw", "demanded"),
        ("Both sides must stop shooting.", "stop", "demanded"),
        ("Norland urged its neighbour to pull back.", "pull back", "demanded"),
        # denied, negated
        ("The spokesman dismissed reports of an attack.", "attack", "denied"),
        ("There are no plans to invade, the general said.", "invade", "denied"),
        ("Norland rules out an attack.", "attack", "negated"),
        ("The alliance will not reduce its presence.", "reduce", "negated"),
        ("Kyiv would not succumb or agree to talks.", "agree", "negated"),
        # historical
        ("In 1944 the allies invaded the coast.", "invaded", "historical"),
        ("Veterans will meet to remember the invasion of Normandy.", "invasion", "historical"),
        ("Napoleon marched his army across the river.", "marched", "historical"),
        ("Veterans recalled the battle of the bay in World War II.", "battle", "historical"),
        ("It is the largest deployment since World War II.", "deployment", "reported"),
        ("On the anniversary of the invasion, Norland fired rockets at the port.", "fired", "reported"),
        # no conflict at all
        ("The striker led the attack as the visitors won the match.", "attack", "non_conflict"),
        ("The alien invasion film topped the box office.", "invasion", "non_conflict"),
        ("Locusts invaded the fields.", "invaded", "non_conflict"),
        ("He suffered a heart attack in hospital, doctors said.", "attack", "non_conflict"),
        ("She sued the tabloid for invasion of privacy.", "invasion", "non_conflict"),
        ("The retailer launched a price war on its rivals.", "war", "non_conflict"),
    ],
)
def test_each_clause_has_the_stance_of_its_own_words(content: str, words: str, stance: str) -> None:
    assert stance_at(content, words) == stance


@pytest.mark.parametrize(
    ("content", "stance"),
    [
        ("After the shelling had stopped, the parade was held.", "reported"),
        ("Norland denied the claim, which had been made on Monday.", "denied"),
        ("When the shelling stopped, the minister said troops would return.", "planned"),
    ],
)
def test_a_sentence_takes_the_stance_of_its_main_clause(content: str, stance: str) -> None:
    text = read(content)
    assert sentence_stance(text, find_clauses(text, Marks(text.words), [], [], PUBLISHED)) == stance


def actor(text: Text, name: str, id: str) -> ActorMention:
    first = text.spelled.index(name)
    start, end = text.starts[first], text.ends[first]
    return ActorMention(
        start, end, first, first + 1, text.sentence_at(start), id, name, ActorType.STATE, id, None, Found.EXACT
    )


@pytest.mark.parametrize(
    "content", ["Norland denied that Ruritania was attacked.", "Ruritania was never attacked, Norland said."]
)
def test_a_denial_keeps_who_denies(content: str) -> None:
    text = read(content)
    actors = sorted([actor(text, "Norland", "NOR"), actor(text, "Ruritania", "RUR")], key=IN_ORDER)
    assert {c.speaker for c in find_clauses(text, Marks(text.words), actors, [], PUBLISHED)} == {"NOR"}


@pytest.mark.parametrize(("year", "stance"), [(2015, "historical"), (2020, "reported")])
def test_how_old_a_year_is_counts_from_the_publication(year: int, stance: str) -> None:
    assert stance_at(f"In {year} the army shelled the port.", "shelled") == stance


WORDS = st.sampled_from(
    "the army attacked and , denied that if will not said who ( ) ; – . ? \n in 1944 troops Norland could film".split(
        " "
    )
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=80).map(" ".join)))
def test_clauses_partition_the_sentences_of_any_text(content: str) -> None:
    text = read(content)
    found = find_clauses(text, Marks(text.words), [], [], PUBLISHED)
    assert [i for c in found for i in range(c.first, c.last)] == list(range(len(text.words)))
    for c in found:
        sentence = text.sentences[c.sentence]
        assert sentence.first <= c.first < c.last <= sentence.last
        assert (c.start, c.end) == (text.starts[c.first], text.ends[c.last - 1])
    assert found == find_clauses(text, Marks(text.words), [], [], PUBLISHED)
