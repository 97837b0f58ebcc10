"""What a ladder remembered before triggers had other kinds is what it remembers now, and after a step back."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from services.alert.core.triggers.crosses import GroupState
from services.alert.core.triggers.states import GroupId, read_state
from services.contracts.alert import Trigger
from services.runtime.adapters.migrate import MIGRATIONS, upgrade
from services.runtime.adapters.sql import Database

SINCE = "0005_triggers"
BEFORE = str(ScriptDirectory(str(MIGRATIONS)).get_revision(SINCE).down_revision)
STATE = '{"level":110000.0,"level_at":"2022-02-07T12:00:00.000Z","told":[],"rearms":3}'


def _write_a_ladder(connection: Connection) -> None:
    upgrade(connection, BEFORE)
    connection.execute(text("INSERT INTO trigger_states VALUES ('climbs', 'a group', :state)"), {"state": STATE})


def _step_back(connection: Connection) -> None:
    connection.execute(text("INSERT INTO trigger_states VALUES ('climbs', 'count', 'a group', '{}')"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, BEFORE)


def _rows(connection: Connection) -> list[tuple[str, ...]]:
    return [tuple(row) for row in connection.execute(text("SELECT * FROM trigger_states"))]


def test_a_ladder_keeps_what_it_remembered(fresh: Database) -> None:
    try:
        fresh.write_now(_write_a_ladder)
        fresh.write_now(lambda connection: upgrade(connection, SINCE))
        ((subscription_id, trigger, key, body),) = fresh.read_now(_rows)
        state = read_state(GroupId(subscription_id, Trigger(trigger), key), body)
        assert (subscription_id, key) == ("climbs", "a group")
        assert isinstance(state, GroupState)
        assert (state.level, state.rearms) == (110_000, 3)
        fresh.write_now(_step_back)
        assert fresh.read_now(_rows) == [("climbs", "a group", STATE)]
    finally:
        fresh.close()
