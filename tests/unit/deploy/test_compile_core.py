"""Which extractor is taken, and what is said where none can be compiled. Nothing is compiled here."""

from pathlib import Path

import pytest

from deploy import compile_core
from services import native
from services.native import Choice, CompiledModules, abi, digest, folder_in, places

MODULE = "services.enrich.core.text"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one module, and a compiled one (an empty file) of it."""
    for folder, name in (("services/enrich/core", "text"), ("services/contracts", "document")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{name}.py").write_text("answer = 1\n")
    compiled = folder_in(places(tmp_path)[0], digest(tmp_path)) / "services/enrich/core"
    compiled.mkdir(parents=True)
    (compiled / f"text{abi()}").touch()
    return tmp_path


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O2")


def test_modules_compiled_from_these_very_sources_are_found(root: Path) -> None:
    finder = CompiledModules(root, "auto")

    spec = finder.find_spec(MODULE)

    assert finder.choice is Choice.COMPILED
    assert spec is not None
    assert spec.origin == str(folder_in(places(root)[0], digest(root)) / f"services/enrich/core/text{abi()}")


@pytest.mark.parametrize("edited", ["services/enrich/core/text.py", "services/contracts/document.py"])
def test_an_edited_source_is_never_shadowed(root: Path, edited: str) -> None:
    (root / edited).write_text("answer = 2\n")

    finder = CompiledModules(root, "")

    assert finder.find_spec(MODULE) is None
    assert finder.choice is Choice.NOT_COMPILED


def test_a_source_edited_back_is_compiled_again_without_a_compiler(root: Path) -> None:
    source = root / "services/enrich/core/text.py"
    source.write_text("answer = 2\n")
    source.write_text("answer = 1\n")

    assert CompiledModules(root, "").choice is Choice.COMPILED


def test_a_new_source_makes_the_compiled_ones_stale(root: Path) -> None:
    (root / "services/enrich/core/new.py").write_text("")

    assert CompiledModules(root, "").choice is Choice.NOT_COMPILED


def test_modules_of_another_python_are_not_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "EXTENSION_SUFFIXES", [".cpython-399-z80-cpm.so"])

    assert CompiledModules(root, "").choice is Choice.NOT_COMPILED


def test_the_switch_turns_to_plain_python(root: Path) -> None:
    finder = CompiledModules(root, "off")

    assert finder.find_spec(MODULE) is None
    assert finder.choice is Choice.OFF


@pytest.mark.parametrize("name", ["services.alert.core.text", "services.enrich.core.absent", "json", "services"])
def test_other_modules_are_left_to_python(root: Path, name: str) -> None:
    assert CompiledModules(root, "").find_spec(name) is None


def test_a_missing_compiler_is_a_message_and_no_error(
    no_compiler: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compile_core.main(["--into", str(tmp_path)]) == 0

    said = capsys.readouterr().err
    assert said.startswith("not compiled: no C compiler (no-such-compiler) on the PATH; ")
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asked", ["--require", "--check"])
def test_a_missing_compiler_is_an_error_to_whoever_asks(no_compiler: None, tmp_path: Path, asked: str) -> None:
    assert compile_core.main([asked, "--into", str(tmp_path)]) == 1


def test_missing_headers_of_python_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", "sh")
    monkeypatch.setattr(compile_core, "get_path", lambda _: str(tmp_path))

    assert compile_core.main(["--check"]) == 1
    assert f"no {tmp_path / 'Python.h'}" in capsys.readouterr().err


def test_what_was_compiled_is_not_compiled_again_and_what_is_stale_goes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compile_core, "compiler", lambda: "no-such-compiler")
    place = places(root)[0]
    stale, other = folder_in(place, "0" * 24), place / f"{'0' * 24}-of-another-python"
    stale.mkdir()
    other.mkdir()

    target = compile_core.compile_core(root, place)

    assert target == folder_in(place, digest(root))
    assert sorted(place.iterdir()) == sorted([target, other])
