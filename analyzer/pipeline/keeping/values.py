"""Values of the model as bytes, and back.

Enters: a value made of the model's types, or the bytes that `written` made of it. Leaves: the other. Must hold: what
comes back equals what went in; to read makes values of the model's own types and nothing else, whatever the bytes are.
"""

from __future__ import annotations

import io
import pickle
from typing import Any


def written(value: object) -> bytes:
    """The bytes of a value. Raises pickle.PicklingError for one that holds other types than the model's."""
    data = pickle.dumps(value, protocol=5)
    read(data)
    return data


def read(data: bytes | memoryview) -> Any:
    """What `written` was given. Raises pickle.UnpicklingError for bytes that name anything but types of the model."""
    return _Reader(io.BytesIO(data)).load()


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith("analyzer.model.") and "." not in name else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no type of the model")
