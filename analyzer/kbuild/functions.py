"""GNU make's functions.

Enters: a scope and the unexpanded arguments of a call. Leaves: the text of the call. Must hold: nothing is run; what
the toolchain or the shell would have to say is asked of the caller's ToolAnswers, and a missing answer is a mark that
stays in the text. Source: the GNU make manual, "Functions for Transforming Text".
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from analyzer.kbuild import words
from analyzer.kbuild.probes import PROBES, Probe, from_config
from analyzer.kbuild.scope import Function, Scope
from analyzer.kbuild.shell import printed
from analyzer.kbuild.syntax import Call, Expansion, Substitution, Variable
from analyzer.kbuild.unknowns import keep_marks, known, marks


def _pure(count: int, function: Callable[..., str]) -> Function:
    """A function of `count` expanded arguments; commas behind the last one belong to it."""

    def expanded(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
        texts = [scope.expand(argument) for argument in _fitted(arguments, count)]
        if len(texts) < count:
            return scope.unknown(_shown(scope, arguments), "too few arguments")
        return keep_marks(function(*texts), "".join(texts))

    return expanded


def _fitted(arguments: tuple[Expansion, ...], count: int) -> list[Expansion]:
    """At most `count` arguments, what is more joined to the last one by commas."""
    fitted = list(arguments[:count])
    for extra in arguments[count:]:
        fitted[-1] = (*fitted[-1], ",", *extra)
    return fitted


def _trimmed(argument: Expansion) -> Expansion:
    """An argument without blanks around it, as make cuts conditions before it expands them."""
    parts = list(argument)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part != "")


def _if(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    condition, *branches = _fitted(arguments, 3)
    text = scope.expand(_trimmed(condition))
    if known(text):
        return scope.expand(branches[0]) if branches else ""
    # Unknown: neither branch is guessed.
    return text or (scope.expand(branches[1]) if len(branches) > 1 else "")


def _or(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    lost = ""
    for argument in arguments:
        text = scope.expand(_trimmed(argument))
        if known(text):
            return text + lost
        lost += text
    return lost


def _and(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    text = lost = ""
    for argument in arguments:
        text = scope.expand(_trimmed(argument))
        if not text:
            return ""
        if not known(text):
            lost += text
    return keep_marks(text, lost)


def _foreach(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    name, items, *body = _fitted(arguments, 3)
    if not body:
        return scope.unknown("$(foreach …)", "too few arguments")
    variable = scope.expand(name).strip()
    texts = []
    with scope.temporarily([variable]):
        for item in scope.expand(items).split():
            scope.put(variable, item)
            texts.append(scope.expand(body[0]))
    return " ".join(texts)


def _let(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    names, items, *body = _fitted(arguments, 3)
    variables = scope.expand(names).split()
    values = scope.expand(items).split(maxsplit=max(len(variables) - 1, 0))
    with scope.temporarily(variables):
        for at, variable in enumerate(variables):
            scope.put(variable, values[at] if at < len(values) else "")
        return scope.expand(body[0]) if body else ""


def _call(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    name, *given = (scope.expand(argument) for argument in arguments)
    name = name.strip()
    if name in PROBES:
        return _asked(scope, name, tuple(argument.strip() for argument in given))
    if scope.get(name) is None and (function := scope.world.functions.get(name)):
        return function(scope, tuple((argument,) for argument in given))
    numbers = [str(number) for number in range(max(len(given), 9) + 1)]
    with scope.temporarily(numbers):
        for number, text in zip(numbers, [name, *given, *[""] * len(numbers)], strict=False):
            scope.put(number, text)
        found = scope.get(name)
        return "" if found is None else scope.text(found.text())


def _shell(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    (command,) = _fitted(arguments, 1)
    return _asked(scope, "shell", (scope.expand(command).strip(),))


def _asked(scope: Scope, function: str, arguments: tuple[str, ...]) -> str:
    told = scope.world.told
    asked = (function, *map(known, arguments))
    if asked not in told:
        probe = Probe(function=function, arguments=asked[1:], where=scope.place)
        answer = from_config(probe, scope.world.config)
        if answer is None and function == "shell":
            answer = printed(asked[1], scope.world.sources)
        told[asked] = scope.world.answers(probe) if answer is None else answer
    if (answer := told[asked]) is not None:
        return answer
    shown = arguments[0] if function == "shell" else f"call {function},{','.join(arguments)}"
    return scope.unknown(
        f"$({'shell ' if function == 'shell' else ''}{known(shown)})", "the toolchain's answer is not known"
    )


def _wildcard(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    (patterns,) = _fitted(arguments, 1)
    text = scope.expand(patterns)
    return keep_marks(scope.world.sources.wildcard(known(text)), text)


def _value(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    found = scope.get(scope.expand(arguments[0]).strip())
    return "" if found is None else found.text()


def _eval(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    (text,) = _fitted(arguments, 1)
    scope.world.evaluate(scope, scope.expand(text))
    return ""


def _origin(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    found = scope.get(scope.expand(arguments[0]).strip())
    return "undefined" if found is None else found.origin


def _flavor(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    found = scope.get(scope.expand(arguments[0]).strip())
    return "undefined" if found is None else "simple" if found.simple else "recursive"


def _intcmp(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    left, right, *then = arguments
    a, b = scope.expand(left).strip(), scope.expand(right).strip()
    try:
        order = (int(a) > int(b)) - (int(a) < int(b))
    except ValueError:
        return scope.unknown(f"$(intcmp {known(a)},{known(b)},…)", "not a number") + marks(a + b)
    if not then:
        return "" if order else a
    less, equal, greater = (*then, (), ())[:3] if len(then) != 2 else (then[0], then[1], then[1])
    return scope.expand((less, equal, greater)[order + 1])


def _file(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    return scope.unknown(f"$(file {scope.expand(arguments[0])})", "files that the build makes are not read")


def _error(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    text = " ".join(scope.expand(tuple(_fitted(arguments, 1)[0])).split())
    scope.world.unknowns.note(scope.place, f"$(error {known(text)})", "the makefile refuses this config")
    return ""


def _silent(_scope: Scope, _arguments: tuple[Expansion, ...]) -> str:
    return ""


def _realpath(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    (names,) = _fitted(arguments, 1)
    text = scope.expand(names)
    paths = (posixpath.normpath(name) for name in known(text).split())
    return keep_marks(" ".join(path for path in paths if scope.world.sources.exists(path)), text)


def _shown(scope: Scope, arguments: tuple[Expansion, ...]) -> str:
    return ",".join(known(scope.expand(argument)) for argument in arguments)


def references(parts: Expansion) -> list[Expansion]:
    """The names of all variables that an expansion refers to, outermost first, as expansions of their own."""
    found: list[Expansion] = []
    for part in parts:
        if isinstance(part, Variable):
            found += [part.name, *references(part.name)]
        elif isinstance(part, Substitution):
            found += [part.name, *references(part.name), *references(part.source), *references(part.target)]
        elif isinstance(part, Call):
            if part.function == "call" and part.arguments:
                found.append(part.arguments[0])
            for argument in part.arguments:
                found += references(argument)
    return found


FUNCTIONS: dict[str, Function] = {
    "subst": _pure(3, words.subst),
    "patsubst": _pure(3, words.patsubst),
    "strip": _pure(1, words.strip),
    "findstring": _pure(2, words.findstring),
    "filter": _pure(2, words.filtered),
    "filter-out": _pure(2, words.filtered_out),
    "sort": _pure(1, words.ordered),
    "word": _pure(2, words.word),
    "wordlist": _pure(3, words.wordlist),
    "words": _pure(1, words.words),
    "firstword": _pure(1, words.firstword),
    "lastword": _pure(1, words.lastword),
    "dir": _pure(1, words.each(words.directory)),
    "notdir": _pure(1, words.each(words.notdir)),
    "suffix": _pure(1, words.suffixes),
    "basename": _pure(1, words.each(words.basename)),
    "addsuffix": _pure(2, words.addsuffix),
    "addprefix": _pure(2, words.addprefix),
    "join": _pure(2, words.join),
    "wildcard": _wildcard,
    "realpath": _realpath,
    "abspath": _pure(1, words.each(posixpath.normpath)),
    "if": _if,
    "or": _or,
    "and": _and,
    "intcmp": _intcmp,
    "foreach": _foreach,
    "let": _let,
    "file": _file,
    "call": _call,
    "value": _value,
    "eval": _eval,
    "origin": _origin,
    "flavor": _flavor,
    "shell": _shell,
    "error": _error,
    "warning": _silent,
    "info": _silent,
}
