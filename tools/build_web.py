"""Builds the program of the case list out of its modules, and says whether the built files are new.

python3 tools/build_web.py          writes reports/harness_reports/assets/case_list.{js,css}
python3 tools/build_web.py --check  exits 1 when what is there differs from what would be written
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "reports" / "web"
ASSETS = ROOT / "reports" / "harness_reports" / "assets"

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z_]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function (\w+)|const (\w+))", re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n|^\s*\n", re.MULTILINE)
CSS_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    options = parser.parse_args()
    differing = []
    for name, content in built(SOURCES).items():
        path = ASSETS / name
        if not path.exists() or path.read_text("utf-8") != content:
            differing.append(name)
            if not options.check:
                path.write_text(content, "utf-8")
    for name in differing:
        words = "differs from its sources: run tools/build_web.py" if options.check else "written"
        print(f"{name} {words}")
    return 1 if options.check and differing else 0


def built(sources: Path) -> dict[str, str]:
    """Give the built files by name: one program, one style sheet."""
    modules: dict[str, str] = {}
    _add("main", sources / "src", modules, ())
    program = "".join(modules.values())
    style = CSS_COMMENT.sub("", (sources / "case_list.css").read_text("utf-8"))
    return {
        "case_list.js": f'(() => {{\n"use strict";\n{program}}})();\n',
        "case_list.css": style,
    }


def _add(name: str, folder: Path, modules: dict[str, str], above: tuple[str, ...]) -> None:
    """Add a module behind those it needs, as a function of its own; what it exports is its value.

    Raises ValueError for modules that need each other, and for imports and exports written in a way
    that is not read here.
    """
    if name in above:
        raise ValueError(f"{' -> '.join((*above, name))}: modules that need each other")
    if name in modules:
        return
    text = (folder / f"{name}.js").read_text("utf-8")
    needed = IMPORT.findall(text)
    for _, other in needed:
        _add(other, folder, modules, (*above, name))
    exported = [found[0] or found[1] for found in EXPORT.findall(text)]
    body = COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", text)))
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise ValueError(f"{name}.js: has an import or export in another form than the others")
    taken = "".join(f"const {{{' '.join(names.split())}}} = {m}_js;\n" for names, m in needed)
    given = f"return {{ {', '.join(exported)} }};\n" if exported else ""
    modules[name] = f"const {name}_js = (() => {{\n{taken}{body}{given}}})();\n"


if __name__ == "__main__":
    sys.exit(main())
