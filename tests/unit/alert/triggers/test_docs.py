"""The tables of docs/rules.md on triggers with memory are what happens."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from services.alert.core.triggers import changes, count, first, silence, spike
from services.alert.core.triggers.dyads import Point, Series, feed
from services.alert.core.triggers.first import FirstState
from services.alert.core.triggers.settings import Changes, Count, First, Silence, Spike, setting_names, settings_of
from services.alert.core.triggers.verdict import Verdict
from services.contracts.alert import Counted, Move, Newcomer, Trigger
from tests.articles import NOON
from tests.subscriptions import read_rules

RULES = (Path(__file__).parents[4] / "docs/rules.md").read_text()
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
S = TypeVar("S")


def section(trigger: str) -> str:
    return RULES.split(f"## Trigger `{trigger}`", 1)[1].split("\n## ", 1)[0]


def example(trigger: str, kind: type[S]) -> S:
    """The settings of the first rule that the section shows."""
    (text,) = re.findall(r"```yaml\n(.*?)```", section(trigger), re.DOTALL)
    settings = settings_of(read_rules(text)[0].trigger)
    assert isinstance(settings, kind)
    return settings


def table(trigger: str) -> list[list[str]]:
    lines = [line for line in section(trigger).splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_every_setting_of_a_trigger_is_documented() -> None:
    lines = RULES.split("| trigger | setting |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    documented: dict[str, set[str]] = {}
    trigger = ""
    for line in lines:
        name, setting, *_ = [cell.strip(" `") for cell in line.split("|")[1:-1]]
        trigger = name or trigger
        documented.setdefault(trigger, set()).add(setting)
    assert documented == {kind: set(setting_names(kind)) for kind in Trigger if kind is not Trigger.EACH}


def test_the_table_of_count() -> None:
    rule, state, clock = example("count", Count), count.CountState(), NOON
    for hour, story, source, alert, _ in table("count"):
        at = NOON + float(hour) * HOUR
        clock = max(clock, at)
        state, decision = count.decide(state, rule, DAY, story, source, at, clock)
        told = f"{decision.figures.stories} stories" if isinstance(decision.figures, Counted) else ""
        assert told == alert, hour


def test_the_table_of_spike() -> None:
    rule = example("spike", Spike)
    window = [NOON + n * timedelta(minutes=3) + timedelta(seconds=1) for n in range(20)]
    for articles, usual, age, alert, _ in table("spike"):
        state, whole = spike.SpikeState(), int(float(usual) * (rule.baseline / rule.window))
        created = NOON - int(age.split()[0]) * DAY + HOUR / 20
        for n in range(whole):
            state = spike.feed_history(state, rule, DAY, NOON - rule.baseline + n * rule.baseline / whole)
        state = state.model_copy(update={"since": None})
        told = False
        for at in window[-int(articles) :]:
            state, decision = spike.decide(state, rule, DAY, created, at, at)
            told |= decision.verdict is Verdict.RATE_ROSE
        assert ("yes" if told else "") == alert, (articles, usual)


def test_the_table_of_first() -> None:
    rule, states = example("first", First), dict[str, FirstState]()
    for day, name, alert, _ in table("first"):
        known = states.get(name, FirstState())
        states[name], decision = first.decide(known, rule, NOON, FirstState(), name, NOON + float(day) * DAY)
        assert (decision.figures.value if isinstance(decision.figures, Newcomer) else "") == alert, day


def test_the_table_of_silence() -> None:
    rule, state = example("silence", Silence), silence.SilenceState()
    for hour, what, alert, _ in table("silence"):
        at = NOON + float(hour) * HOUR
        if what == "match":
            state, decision = silence.hear(state, at)
        else:
            state, decision = silence.decide(state, rule, NOON, at)
        assert ("silence" if decision.verdict is Verdict.SILENT else "") == alert, hour


def test_the_table_of_changes() -> None:
    rule, state, series = example("changes", Changes), changes.ChangesState(), Series()
    history: dict[str, Point] = {}
    for hour, score, mean, alert, _ in table("changes"):
        at = NOON + float(hour) * HOUR
        series = feed(series, float(score), at)
        assert series.cell is not None
        history[series.cell.at.isoformat()] = series.cell
        assert f"{series.mean(rule.half_life):.1f}" == mean, hour
        points = [history[cell] for cell in sorted(history)]
        state, decision = changes.decide(state, rule, "RUS-UKR", series, points, at)
        move = decision.figures
        assert (f"{move.before:.0f} to {move.after:.0f}" if isinstance(move, Move) else "") == alert, hour


def test_every_verdict_is_documented_with_its_sentence() -> None:
    lines = RULES.split("| verdict |", 1)[1].splitlines()[2:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
    assert {cells[0].strip("`") for cells in rows} == set(Verdict)
    for name, _, alert, meaning in rows:
        verdict = Verdict(name.strip("`"))
        assert (meaning, alert == "yes") == (verdict.sentence, verdict.raises_alert)
