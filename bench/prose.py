"""News-like articles of about 4 kB, made from sentences of our own: the same seed gives the same articles."""

from random import Random

SIZE = 4_000
"""Code points of a text, about."""
_STATES = (
    "Russia Ukraine Poland Germany France Turkey Iran Israel Egypt Sudan China Taiwan India Pakistan Serbia".split()
)
_PLACES = "Kyiv Warsaw Berlin Paris Ankara Tehran Cairo Khartoum Beijing Taipei Belgrade Vilnius Riga Odesa".split()
_PEOPLE = "Emmanuel Macron|Vladimir Putin|Olaf Scholz|Joe Biden|Volodymyr Zelensky|Xi Jinping|Narendra Modi".split("|")
_UNITS = "troops|soldiers|tanks|refugees|civilians|warships|aircraft|fighters".split("|")
_SENTENCES = (
    "{a} has moved about {n} {u} to camps near {p}, officials said on {d}.",
    "The government of {a} denied that it was planning an attack on {b} and called the reports absurd.",
    "{w} will meet the leaders of {b} in {p} next week to speak about the border.",
    "Up to {n} {u} could be sent to {p} if the talks between {a} and {b} fail, a minister warned.",
    "Residents of {p} said the night had been quiet, and shops along the river opened as usual.",
    "At least {k} people were killed and {k2} wounded in a strike near {p}, the hospital said.",
    "{a} accused {b} of breaking the ceasefire and demanded an inquiry by the United Nations.",
    "Farmers around {p} worry more about the price of fuel than about the speeches of {w}.",
    "{w} said a withdrawal of {n} {u} from the region was possible but would take {k} weeks.",
    "Analysts in {p} saw no sign of an invasion, although an exercise near the border goes on until {d}.",
    "The ministry of {a} expelled {k} diplomats of {b} and summoned the ambassador.",
    "Trains from {p} were late because of snow, and a concert for {k2} guests had to be moved.",
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MARK = "zanzibarite"
"""A word that stands in every tenth text, for a rule that matches a tenth."""


def text(number: int, size: int = SIZE) -> str:
    """Article `number`. Every tenth one has `MARK` in it."""
    random = Random(number)
    sentences = [f"A {MARK} was seen at report {number}."] if number % 10 == 0 else [f"This is report {number}."]
    length = 0
    while length < size:
        sentence = random.choice(_SENTENCES).format(
            a=random.choice(_STATES), b=random.choice(_STATES), p=random.choice(_PLACES), w=random.choice(_PEOPLE),
            u=random.choice(_UNITS), d=random.choice(_DAYS), n=f"{random.randint(1, 200) * 500:,}",
            k=random.randint(2, 90), k2=random.randint(2, 90),
        )  # fmt: skip
        sentences.append(sentence)
        length += len(sentence) + 1
    return " ".join(sentences)


def article(run: str, number: int, size: int = SIZE) -> dict[str, object]:
    """As a sender posts it; `run` keeps two runs apart."""
    url = f"https://bench.example/{run}/{number}"
    return {"url": url, "title": f"Report {number}", "text": text(number, size), "language": "en"}
