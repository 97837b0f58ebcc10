"""A server is fetched once, whole, whoever asks at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.local import places
from deploy.local.errors import StackError
from deploy.local.fetch import filled
from deploy.local.places import cache_directory


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    place = tmp_path / "kafka-1"

    def fetch(folder: Path) -> None:
        (folder / "jar").write_text("first")

    filled(place, fetch)

    def never(_: Path) -> None:
        pytest.fail("fetched again")

    assert (filled(place, never) / "jar").read_text() == "first"


def test_two_at_the_same_time_fetch_once(tmp_path: Path) -> None:
    both_ask = threading.Barrier(2)
    fetches = []

    def ask(_: int) -> str:
        both_ask.wait(10)
        return (filled(tmp_path / "kafka-1", fetch) / "jar").read_text()

    def fetch(folder: Path) -> None:
        fetches.append(folder)
        (folder / "jar").write_text("whole")

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, range(2))) == ["whole", "whole"]
    assert len(fetches) == 1


def test_a_fetch_that_fails_leaves_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    place = tmp_path / "kafka-1"

    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise StackError("no network")

    with pytest.raises(StackError, match="no network"):
        filled(place, fails)

    assert [path.name for path in tmp_path.iterdir()] == ["fetch.lock"]
    assert filled(place, lambda folder: (folder / "jar").touch()).is_dir()


def test_what_a_killed_fetch_left_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / "unfinished-kafka-1-abc"
    leftover.mkdir()

    filled(tmp_path / "kafka-1", lambda folder: (folder / "jar").touch())

    assert not leftover.exists()


@pytest.fixture
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "ROOTS_PLACE", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("_own_places")
def test_the_cache_is_shared_by_all_clones(tmp_path: Path) -> None:
    assert cache_directory() == cache_directory()
    assert cache_directory().parent == tmp_path


@pytest.mark.usefixtures("_own_places")
def test_a_cache_that_others_may_write_to_is_refused() -> None:
    cache_directory().chmod(0o777)

    with pytest.raises(StackError, match="nobody else may write"):
        cache_directory()


@pytest.mark.usefixtures("_own_places")
def test_a_link_in_place_of_the_cache_is_refused(tmp_path: Path) -> None:
    place = cache_directory()
    place.rmdir()
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StackError):
        cache_directory()
