"""The two releases against texts whose language is known: the translations Django ships."""

import gettext
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness_demo.served import Served

pytestmark = pytest.mark.e2e

DJANGO = "Django==5.2.19"
MIN_CHARACTERS = 25
BATCH = 200


def labels_of(served: Served) -> set[str]:
    everything = {"inputs": "a", "parameters": {"top_k": 1_000}}
    return {entry["label"] for entry in served.predict(everything)[0]}


def language_of(locale: str) -> str:
    """`pt_BR` is `pt`; Norwegian is `no`, the one code that both releases know."""
    language = locale.partition("_")[0]
    return "no" if language == "nb" else language


def catalogs(folder: Path) -> dict[str, list[str]]:
    """Give locale -> its translations, without plural forms and the header."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--disable-pip-version-check", "--dest", str(folder), DJANGO],
        check=True,
        capture_output=True,
    )  # fmt: skip
    [wheel] = folder.glob("*.whl")
    read: dict[str, list[str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("django/conf/locale/") and name.endswith("/django.mo"):
                with archive.open(name) as opened:
                    catalog = vars(gettext.GNUTranslations(opened))["_catalog"]
                singular = [text for key, text in catalog.items() if isinstance(key, str) and key]
                read[name.split("/")[3]] = singular
    return read


def truth(folder: Path, known: set[str]) -> list[tuple[str, str]]:
    """Give (language, text), each once: long enough, no placeholder, a language known to one."""
    pairs = [
        (language_of(locale), text)
        for locale, texts in catalogs(folder).items()
        for text in texts
        if len(text) >= MIN_CHARACTERS and "%" not in text
    ]
    return [pair for pair in dict.fromkeys(pairs) if pair[0] in known]


def rights(served: Served, pairs: Sequence[tuple[str, str]]) -> list[bool]:
    answers: list[str] = []
    for start in range(0, len(pairs), BATCH):
        texts = [text for _, text in pairs[start : start + BATCH]]
        rankings = served.predict({"inputs": texts, "parameters": {"top_k": 1}})
        answers += [ranking[0]["label"] for ranking in rankings]
    return [answer == language for answer, (language, _) in zip(answers, pairs, strict=True)]


def test_the_upgrade_fixes_many_languages_and_loses_some(
    tmp_path: Path, real: tuple[Served, ...]
) -> None:
    before, after = real[:2]
    pairs = truth(tmp_path, labels_of(before) | labels_of(after))
    both = list(zip(rights(before, pairs), rights(after, pairs), strict=True))
    counted = {
        "texts": len(pairs),
        "languages": len({language for language, _ in pairs}),
        "right before": sum(was for was, _ in both),
        "right after": sum(now for _, now in both),
        "fixed": sum(now and not was for was, now in both),
        "regressed": sum(was and not now for was, now in both),
    }
    assert counted == {
        "texts": 3242,
        "languages": 79,
        "right before": 2558,
        "right after": 3011,
        "fixed": 533,
        "regressed": 80,
    }
