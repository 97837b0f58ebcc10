"""YAML with the line of every value, so that a fault is told with its place. Opens no file; knows no rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml


class NotYaml(Exception):
    """The text is no YAML, or YAML with a meaning that depends on the reader; `line` counts from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        self.line = line
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Located:
    """A value of plain types, and the node it was made of."""

    value: Any
    node: yaml.Node | None

    def at(self, path: Sequence[str | int]) -> "Located":
        """The part at a path that is there."""
        part = self
        for step in path:
            node = _below(part.node, (step,))[0] if part.node is not None else None
            part = Located(part.value[step], node)
        return part

    def line(self, path: Sequence[str | int] = ()) -> int:
        """The line of the value at `path` (keys, or numbers of a list), or of the nearest that is written."""
        node, line = self.node, self.node.start_mark.line + 1 if self.node else 1
        while node is not None and path:
            node, path, own = _below(node, path)
            line = own or (node.start_mark.line + 1 if node is not None else line)
        return line


def read_yaml(text: str) -> Located:
    """The one document of `text`. Raises `NotYaml`, also for a key that a mapping holds twice."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_repeated_keys(node)
        return Located(yaml.safe_load(text), node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYaml(error.problem or error.context or "cannot be read", mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotYaml(str(error)) from error


def _below(node: yaml.Node, path: Sequence[str | int]) -> tuple[yaml.Node | None, Sequence[str | int], int | None]:
    """The node one step down, the rest of the path, and the line of its key (what a reader looks for)."""
    step, rest = path[0], path[1:]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, rest, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and str(step).isdigit() and int(step) < len(node.value):
        return node.value[int(step)], rest, None
    return None, (), None


def _refuse_repeated_keys(node: yaml.Node | None) -> None:
    """The reader would take the last one without a word."""
    seen: set[int] = set()
    for mapping in _mappings(node, seen):
        keys: set[tuple[str, str]] = set()
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in keys:
                    raise NotYaml(f"the key {key.value!r} stands twice", key.start_mark.line + 1)
                keys.add((key.tag, key.value))


def _mappings(node: yaml.Node | None, seen: set[int]) -> Iterator[yaml.MappingNode]:
    """Each mapping once: an alias leads back to what was seen."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        yield node
        for key, value in node.value:
            yield from _mappings(key, seen)
            yield from _mappings(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item, seen)
