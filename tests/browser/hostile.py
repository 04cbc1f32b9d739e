"""A tree, a config and a feature set in which every text means harm.

Enters: a folder. Leaves: files in it. Must hold: whatever of it would run sets `window.harmed`, or asks for an address.
"""

from __future__ import annotations

from pathlib import Path

from tests.trees.miniature import FILES, plant

RUN = "window.harmed=1"
TEXTS = (
    f"</script><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"' onmouseover='{RUN}' onfocus='{RUN}' x='",
    f"</title></style><svg onload={RUN}>",
    "<!-- never closed",
    "]]><a href=javascript:window.harmed=1>click</a>",
    "\u202egnp.exe\u202c right to left",
    "{{ 7 * 7 }} {% raise %}",
    "@import url(http://harm.example/x.css)",
)
"""Prompts. No double quote and no backslash: Kconfig would end at one."""

FOLDER = "drivers/<i>odd' onload=x"


def plant_hostile(folder: Path) -> Path:
    """The tree's root; evil.config and evil.toml lie beside it."""
    lines = [f'config EVIL_{number}\n\tbool "{text}"\n\tdepends on BASE\n' for number, text in enumerate(TEXTS)]
    lines += [f'config TEXT_{number}\n\tstring "say"\n\tdefault "{text}"\n' for number, text in enumerate(TEXTS)]
    base = 'config BASE\n\tbool "base"\n\tselect EVIL_1 if EVIL_0\n'
    root = f'mainmenu "</title>"\n{base}source "{FOLDER}/Kconfig"\n'
    tree = plant(folder / "tree </script>", {**FILES, "Kconfig": root, f"{FOLDER}/Kconfig": "\n".join(lines)})
    config = "CONFIG_BASE=y\nCONFIG_EVIL_0=y\n"
    (folder / "evil.config").write_text(config + "".join(f"CONFIG_EVIL_{n}=y\n" for n in range(2, len(TEXTS), 2)))
    features = [f'name = "evil"\ntitle = "{TEXTS[0]}"\n']
    for number, text in enumerate(TEXTS):
        # A feature set may not hold what turns lines around; it is refused before anything is shown.
        told = text if text.isprintable() else f"EVIL_{number}"
        symbols = f'symbols = ["EVIL_{number}"]' if number % 3 else f'symbols = ["GONE", "TEXT_{number}"]'
        features.append(f'[[feature]]\nname = "{told}"\n{symbols}\ngroup = "{told}"\nabout = "{told}"\n')
    (folder / "evil.toml").write_text("\n".join(features), "utf-8")
    return tree
