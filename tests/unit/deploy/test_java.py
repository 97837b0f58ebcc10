"""What is missing on this machine is said in one message that tells what to install."""

from pathlib import Path

import pytest

from deploy.local import java, stack
from deploy.local.errors import StackError


def a_java(home: Path, version: str, *, full: bool = True) -> Path:
    """A folder that looks like a Java of this version."""
    programs = home / "bin"
    programs.mkdir(parents=True)
    (programs / "java").write_text(f"#!/bin/sh\necho '    java.specification.version = {version}' >&2\n")
    (programs / "java").chmod(0o755)
    if full:
        (programs / "jlink").touch()
    return home


@pytest.fixture(autouse=True)
def _bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "FOLDERS", (str(tmp_path / "jvm"),))
    monkeypatch.setenv("PATH", "/usr/bin:/bin" if not Path("/usr/bin/java").exists() else str(tmp_path / "bin"))
    monkeypatch.delenv("JAVA_HOME", raising=False)


def test_no_java_at_all_is_told() -> None:
    with pytest.raises(StackError, match=r"Kafka 4 needs a Java of version 17 or newer.*Found here: none"):
        java.java_home(17, full_jdk=False, needed_by="Kafka 4")


def test_a_java_that_is_too_old_is_named_with_its_version(tmp_path: Path) -> None:
    home = a_java(tmp_path / "jvm" / "java-17", "17")

    with pytest.raises(StackError, match=rf"full JDK of version 21 or newer.*{home} \(17\)"):
        java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9")


def test_a_runtime_without_tools_is_no_full_jdk(tmp_path: Path) -> None:
    home = a_java(tmp_path / "jvm" / "jre-21", "21", full=False)

    assert java.java_home(17, full_jdk=False, needed_by="Kafka 4") == home
    with pytest.raises(StackError):
        java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9")


def test_the_first_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    a_java(tmp_path / "jvm" / "a-17", "17")
    new = a_java(tmp_path / "jvm" / "b-25", "25")

    assert java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9") == new


def test_java_home_wins_over_what_the_system_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_java(tmp_path / "jvm" / "a-25", "25")
    own = a_java(tmp_path / "own", "21")
    monkeypatch.setenv("JAVA_HOME", str(own))

    assert java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9") == own


def test_a_java_home_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = a_java(tmp_path / "jvm" / "a-25", "25")
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "own", "17")))

    assert java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9") == system


def test_java_on_the_path_is_found_through_its_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = a_java(tmp_path / "elsewhere", "21")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "java").symlink_to(home / "bin" / "java")
    monkeypatch.setenv("PATH", f"{tmp_path / 'links'}:/usr/bin:/bin")

    assert java.java_home(21, full_jdk=True, needed_by="Elasticsearch 9") == home


def test_missing_maven_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StackError, match="apt-get install maven"):
        java.maven()


def test_the_command_says_what_is_missing_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert stack.main(["elasticsearch"]) == 1

    said = capsys.readouterr()
    assert "full JDK of version 21 or newer" in said.err
    assert said.out == ""
