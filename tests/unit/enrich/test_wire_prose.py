"""News as agencies write it: who did what to whom, what is told of a trap and of the alert that looks like one."""

import pytest

from services.enrich.core.default_rule import would_alert
from services.enrich.core.enrich import enrich
from tests.articles import article
from tests.unit.enrich.test_signals import acts


def told(text: str) -> bool:
    return would_alert(enrich(article("one", title="", text=text)))


@pytest.mark.parametrize(
    ("content", "act"),
    [
        # a participle that only says what somebody is
        ("Suspected Basque separatists killed a Spanish policeman.", ("ASSAULT", "ESP", "ESP")),
        ("A Turkish soldier was killed by suspected Chadian rebels.", ("ASSAULT", "TCD", "TUR")),
        ("Ousted President Alberto Fujimori met Japanese officials.", ("CONSULT", "alberto-fujimori", "JPN")),
        ("Costa Rica took in hundreds of Nicaraguan exiles.", ("AID", "CRI", "NIC")),
        # members of, hundreds of
        ("Members of the Taliban killed two Afghan judges.", ("ASSAULT", "TALIBAN", "AFG")),
        ("Ukraine says hundreds of North Korean soldiers attacked Japan.", ("ASSAULT", "PRK", "JPN")),
        # numbers behind at and over make no passive
        ("The Algerian army killed at least 40 Libyan guerrillas.", ("ASSAULT", "DZA", "LBY")),
        ("Turkey arrested over 30 Syrian refugees.", ("COERCE", "TUR", "SYR")),
        ("Two British tourists held hostage by Houthi militants were freed.", ("ASSAULT", "HOUTHIS", "GBR")),
        # a possessive, a relative and an office beside a name
        ("Israel's Supreme Court rejected an appeal by a Hamas bomber.", ("REJECT", "ISR", "HAMAS")),
        ("The Peruvian Congress criticised Chile.", ("ACCUSE", "PER", "CHL")),
        ("Germany, which holds the rotating EU presidency, called on Belarus to vote.", ("REQUEST", "DEU", "BLR")),
        ("Olaf Scholz and French leader Emmanuel Macron met Japanese officials.", ("CONSULT", "olaf-scholz", "JPN")),
        ("Student protesters in Serbia called on Croatia to help.", ("REQUEST", "SRB", "HRV")),
        ("Ethiopian and Eritrean troops traded artillery fire.", ("ASSAULT", "ETH", "ERI")),
        # officials behind by
        ("Dozens of Ethiopian migrants were beaten by police in Libya.", ("ASSAULT", "LBY", "ETH")),
        # whoever gets it is the target
        ("Ukraine received 31 Abrams tanks from the United States.", ("AID", "USA", "UKR")),
        # the subject goes on behind "to"
        ("Israel's prime minister telephoned Jordan's king to thank Egypt.", ("SUPPORT", "naftali-bennett", "EGY")),
        # where an envoy is recalled from
        ("Georgia recalled its envoy from Kyiv to protest against Mikheil Saakashvili.", ("SANCTION", "GEO", "UKR")),
        # an owner is no doer
        ("The British-owned mine and Malian rebels attacked Niger.", ("ASSAULT", "MLI", "NER")),
        # two names of one state
        ("East Germany and West Germany signed a treaty.", ("SUPPORT", "DEU", "DEU")),
        # struck, hit and mass with a name or arms beside them
        ("Iran will strike Israel.", ("THREATEN", "IRN", "ISR")),
        ("Russian missiles hit Odesa.", ("ASSAULT", "RUS", "UKR")),
        ("Turkish tanks massed on the Syrian frontier.", ("MOBILIZE", "TUR", "SYR")),
        ("China flew 40 fighter jets across the median line of Taiwan.", ("MOBILIZE", "CHN", "TWN")),
        # expulsions and cut relations
        ("Mali's government has ordered French troops to leave the country.", ("SANCTION", "MLI", "FRA")),
        ("China has cut off oil supplies to North Korea.", ("SANCTION", "CHN", "PRK")),
        ("Egypt ended its mediation between Hamas and Israel.", ("SANCTION", "EGY", "HAMAS")),
        ("New Zealand suspended high-level contacts with Fiji.", ("SANCTION", "NZL", "FJI")),
        # courts, police, prosecutors
        ("A Moscow court rejected an appeal by a jailed US reporter.", ("REJECT", "RUS", "USA")),
        ("A Kenyan court has cleared a Briton of murder.", ("CONCEDE", "KEN", "GBR")),
        ("Swedish prosecutors opened a criminal case against a Chinese firm.", ("ACCUSE", "SWE", "CHN")),
        ("Danish customs impounded a Russian freighter.", ("COERCE", "DNK", "RUS")),
        ("Swiss authorities allowed the extradition of a Russian hacker.", ("COOPERATE", "CHE", "RUS")),
        # borders, help, protest
        ("Uganda opened its borders to Congolese refugees.", ("AID", "UGA", "COD")),
        ("Tehran supplies Lebanon with rockets.", ("AID", "IRN", "LBN")),
        ("Greek farmers blocked roads in anger at Turkey.", ("PROTEST", "GRC", "TUR")),
        ("The Hungarian government has dropped its objections to Finland.", ("CONCEDE", "HUN", "FIN")),
        ("Iran said it would not hesitate to use force against Iraq.", ("THREATEN", "IRN", "IRQ")),
        ("The Serbs want the Croatian army to leave.", ("REQUEST", "SRB", "HRV")),
    ],
)
def test_who_did_what_to_whom(content: str, act: tuple[str, str, str]) -> None:
    assert act in acts(content)


@pytest.mark.parametrize(
    ("content", "act"),
    [
        ("Wounded Angolan soldiers were flown out by a French agency.", ("ASSAULT", None, "FRA")),
        ("Syrian attacks, Kurdish raids, Turkish exiles.", ("ASSAULT", "SYR", None)),
        ("Peru met Chile over alleged abuses.", ("ACCUSE", "PER", "CHL")),
        ("Retailers stole the show in Norway.", ("COERCE", None, "NOR")),
    ],
)
def test_what_only_describes_states_no_event(content: str, act: tuple[str, str | None, str | None]) -> None:
    assert act not in acts(content)


@pytest.mark.parametrize(
    ("content", "event"),
    [
        ("THE GARRISON'S PAYROLL TRUCK WAS ROBBED BY GUNMEN.", "COERCE"),
        ("A HOODED GROUP STOLE WEAPONS FROM A GUNSHOP.", "COERCE"),
        ("UNKNOWN PERSONS SET A PUBLIC BUS ABLAZE.", "ASSAULT"),
        ("FIVE BUSES WERE BURNED DURING THE NIGHT.", "ASSAULT"),
        ("URBAN COMMANDOS THREW MOLOTOV COCKTAILS AT A PARTY OFFICE.", "ASSAULT"),
        ("EXPLOSIVE DEVICES WERE PLACED AT THREE EMBASSIES.", "ASSAULT"),
        ("THE BODY, RIDDLED WITH BULLETS, WAS FOUND ON A ROAD.", "ASSAULT"),
        ("A MORTAR SHELL HIT THE PALACE.", "ASSAULT"),
        ("THE VICE MINISTER'S SON IS STILL BEING HELD BY HIS CAPTORS.", "ASSAULT"),
        ("ANGRY VILLAGERS STONED TWO AGENTS TO DEATH.", "ASSAULT"),
    ],
)
def test_incidents_are_read_in_capitals_too(content: str, event: str) -> None:
    assert event in {act[0] for act in acts(content)}


@pytest.mark.parametrize(
    "text",
    [
        # sport
        "Liverpool launched a late assault on the Chelsea goal but could not find the net.",
        "The fly-half kicked four penalties as France crushed Wales.",
        "The tennis star bombed out in the first round in Melbourne.",
        "The winger destroyed the full-back again and again on the left flank.",
        # nature and medicine
        "Wild boars have invaded gardens in the suburbs of Rome.",
        "Aphids attack the roses in June.",
        "A new strain of flu attacks the lungs of young patients.",
        "An outbreak of measles has killed 40 children in Chad.",
        # business
        "Share prices were under attack from short sellers.",
        "Ryanair's rivals have been bombarding passengers with cut-price offers.",
        "The airline deployed larger aircraft on its Asian routes.",
        "The bank mobilised funds for a hostile takeover bid.",
        # screen and stage
        "The game lets players command tanks and bomb enemy cities on their consoles.",
        "The actor plays a general who plots a coup in the Netflix drama.",
        "Critics bombarded the playwright with abuse.",
        # computing
        "More than 400 programmers joined a hackathon in Bangalore at the weekend.",
        "A computer virus attacked thousands of office machines.",
        # privacy, civil life and politics
        "The comedian's jokes bombed in Edinburgh.",
        "The tabloid was accused of invading the privacy of grieving parents.",
        "An army of volunteers descended on the beach to clear plastic.",
        "The prime minister survived a rebellion by backbenchers over taxes.",
        "The city deployed 200 snowploughs overnight.",
        # the past
        "Veterans gathered in Normandy to remember the landings of June 1944.",
        "Historians say the siege of Vienna in 1683 changed Europe.",
        # exercises, denials, decisions against
        "Turkish and Azerbaijani jets began a two-week exercise over Baku.",
        "Belgrade said it had no plans to send soldiers into northern Kosovo.",
        "Australia ruled out sending combat troops to Syria.",
        "Moscow rejected as groundless claims that its troops had entered Moldova.",
    ],
)
def test_what_only_sounds_like_an_alert_is_not_told(text: str) -> None:
    assert not told(text)


@pytest.mark.parametrize(
    "text",
    [
        "A film director was kidnapped by gunmen in Port-au-Prince.",
        "The football stadium was hit by a missile, killing 12 people.",
        "The marathon was cancelled after a bomb went off near the finish line, killing three.",
        "Drones struck an oil refinery deep inside Russia.",
        "The Houthis launched drones at a ship in the Red Sea.",
        "Pirates hijacked a tanker off the coast of Somalia with 24 crew on board.",
        "Mutinous soldiers surrounded the presidential palace in Bissau.",
        "Gabon's army announced that it had taken power.",
        "Two policemen were shot dead in an ambush near Srinagar.",
        "Five UN peacekeepers were killed by a roadside mine in Mali.",
        "Rebels in eastern Congo captured the town of Bunagana.",
        "The rebels are advancing on Goma and residents are fleeing.",
        "Israel is preparing a ground operation in Rafah, officials said.",
        "Lebanon's Hezbollah vowed to avenge the killing of its commander.",
        "Undersea cables between Finland and Estonia were cut, and police suspect sabotage.",
        "Nigerian troops crossed into Benin to help put down a coup.",
        "Azerbaijan denied opening fire, but Armenia said two of its soldiers were killed by sniper fire.",
        "It is not known whether China will blockade Taiwan.",
        "Ankara refused to rule out an incursion.",
    ],
)
def test_an_alert_beside_them_is_told(text: str) -> None:
    assert told(text)
