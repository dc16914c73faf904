"""A chapter's task as text and back, so that another machine can set it; reading it makes values and runs nothing."""

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pledges.typesetting.plan import Task


def task_text(task: Task) -> str:
    """The task as JSON."""
    return json.dumps(asdict(task), default=lambda moment: moment.isoformat())


def task_of(text: str) -> Task:
    """The task that `task_text` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    task: Task = _value(Task, json.loads(text))
    return task


def _value(kind: Any, written: Any) -> Any:
    if get_origin(kind) is UnionType:
        return None if written is None else _value(get_args(kind)[0], written)
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], one) for one in written)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: _value(hints[field.name], written[field.name]) for field in fields(kind)})
    if issubclass(kind, date):
        return kind.fromisoformat(written)
    return kind(written) if issubclass(kind, str) else written
