"""Two configs of one model, and every mixture of what was asked for in them.

Enters: a Program, its model, two ConfigSources. Leaves: `Mixture`, which runs lanes that take some answers from the
second config and the rest from the first. Must hold: a lane that takes nothing is the first config, one that takes all
is the second; a choice and its members are answered as one, because there the order of the answers counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from analyzer.configs.answers import Accepted, Answers, prepare
from analyzer.configs.program import Program
from analyzer.configs.run import Planes, run
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel, OutOfRange

WAY = "<way>"
"""The key of how numbers out of range are read, which is the target's and no symbol's."""

_A, _B = 1, 2


class Mixture:
    """The inputs of two configs, beside each other.

    `keys` are the symbols and choices that are answered otherwise in the second config, in the order of the program;
    answers include those that a target gives to symbols nobody set.
    """

    def __init__(
        self,
        program: Program,
        model: KconfigModel,
        a: tuple[ConfigSource, Accepted],
        b: tuple[ConfigSource, Accepted],
    ) -> None:
        self._program = program
        self._drops = model.dialect.out_of_range is OutOfRange.DROPPED
        self._answers = prepare(program, model, (a, b))
        # By the choices, of which there are few: to ask every symbol for its own would have thousands made.
        of_choice = {name: choice.key for choice in model.choices.values() for name in choice.members}
        key_of = {slot: of_choice.get(name, name) for slot, name in self._slots()}
        self._text_key = {name: of_choice.get(name, name) for name in self._answers.texts}
        planes = enumerate(self._answers.planes)
        self._varying = [(slot, plane, key_of[slot]) for slot, plane in planes if plane in (_A, _B)]
        found = {key: None for _, _, key in self._varying}
        found |= {self._text_key[name]: None for name, lanes in self._answers.texts.items() if not _same(lanes)}
        found |= {key: None for key, lanes in self._answers.orders.items() if not _same(lanes)}
        if self._answers.checked in (_A, _B):
            found[WAY] = None
        self.keys = tuple(found)

    def _slots(self) -> Iterator[tuple[int, str]]:
        """Every input, and the symbol or choice that it belongs to."""
        # Slots 0 and 1 of the circuit are the constants.
        for name, given in self._program.inputs.items():
            for slot in (given.assigned, given.hi, given.lo):
                yield slot - 2, name
        for choice, taken in self._program.choice_inputs.items():
            for slot in (taken.hi, taken.lo, *taken.picks.values()):
                yield slot - 2, choice

    def run(self, taken: Mapping[str, int], count: int) -> Planes:
        """Run `count` lanes; `taken` has, per key, a bit for every lane that takes the second config's answer (none:
        0)."""
        ones = (1 << count) - 1

        def mixed(plane: int, of: str) -> int:
            if plane == _A | _B or not plane:
                return ones if plane else 0
            lanes = taken.get(of, 0)
            return lanes if plane == _B else ones & ~lanes

        def spread(found: Sequence[tuple[object, int]], of: str) -> tuple[tuple[object, int], ...]:
            rows = ((item, mixed(lanes, of)) for item, lanes in found)
            return tuple((item, lanes) for item, lanes in rows if lanes)

        inputs = self._answers
        planes = [ones if plane else 0 for plane in inputs.planes]
        for slot, plane, key in self._varying:
            planes[slot] = mixed(plane, key)
        answers = Answers(
            planes=tuple(planes),
            ones=ones,
            texts={name: spread(lanes, self._text_key[name]) for name, lanes in inputs.texts.items()},  # type: ignore[misc]
            orders={name: spread(lanes, name) for name, lanes in inputs.orders.items()},  # type: ignore[misc]
            checked=mixed(inputs.checked, WAY),
        )
        return run(self._program, answers, drops_out_of_range=self._drops)


def _same(lanes: Sequence[tuple[object, int]]) -> bool:
    return all(mask == _A | _B for _, mask in lanes)


def shown(planes: Planes, name: str, lane: int) -> str:
    """What .config says of a symbol in one lane; "" for a number or text that it does not mention."""
    return planes.value(name, lane) if _mentioned(planes, name) >> lane & 1 else ""


def _mentioned(planes: Planes, name: str) -> int:
    """The lanes in which .config has a line of a symbol; it says of a tristate that it is n by saying nothing."""
    if name in planes.program.values:
        return planes.ones
    slot = planes.program.written.get(name)
    return 0 if slot is None else planes.gates[slot]


def apart(planes: Planes, model: KconfigModel) -> list[list[tuple[str, str, str]]]:
    """For each lane the symbols whose value is not that of the first lane, with both values."""
    found: list[list[tuple[str, str, str]]] = [[] for _ in range(planes.ones.bit_length())]
    for name in model.symbols:
        lanes = _unlike_first(planes, name)
        while lanes:
            lane = lanes.bit_length() - 1
            lanes ^= 1 << lane
            found[lane].append((name, planes.value(name, 0), planes.value(name, lane)))
    return found


def _unlike_first(planes: Planes, name: str) -> int:
    tri = planes.program.values.get(name)
    if tri is not None:
        hi, lo = (planes.gates[slot] for slot in tri)
        return (hi ^ planes.ones * (hi & 1)) | (lo ^ planes.ones * (lo & 1))
    step = planes.program.texts.get(name)
    return 0 if step is None else planes.ones & ~next(mask for _, mask in planes.texts[step] if mask & 1)


def lanes_of(planes: Planes, config: ResolvedConfig) -> Iterator[ResolvedConfig]:
    """Every lane as a config of the same tree and name as `config`; why its symbols have their values is not told."""
    written = planes.names(planes.program.written)
    for lane in range(planes.ones.bit_length()):
        yield replace(config, values=planes.values(config.model.symbols, lane), written=written[lane])


def lanes_with(planes: Planes, values: Mapping[str, str]) -> dict[str, int]:
    """For each symbol the lanes in which .config says the value given ("": does not mention it)."""
    return {name: _lanes(planes, name)(text) for name, text in values.items()}


def _lanes(planes: Planes, name: str) -> Callable[[str], int]:
    tri = planes.program.values.get(name)
    if tri is not None:
        hi, lo = planes.gates[tri[0]], planes.gates[tri[1]]
        return {"y": hi, "m": lo & ~hi, "n": planes.ones & ~lo}.__getitem__
    step = planes.program.texts.get(name)
    if step is None:
        # A symbol without a type, which no .config mentions.
        return lambda text: 0 if text else planes.ones
    mentioned = _mentioned(planes, name)
    unsaid = planes.ones & ~mentioned

    def lanes(text: str) -> int:
        same = next((lanes for found, lanes in planes.texts[step] if found == text), 0)
        return same & mentioned if text else same | unsaid

    return lanes
