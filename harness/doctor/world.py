"""Looks at credentials, proxies and the Hub; never at a credential's value."""

from collections.abc import Iterator, Mapping

from harness.api.kinds import Provider
from harness.clock import Clock
from harness.credentials import whereabouts
from harness.data.call import Credential
from harness.doctor.nouns import Observation
from harness.hub import Hub
from harness.units import format_s

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def about_tokens(
    providers: Mapping[str, Provider], environ: Mapping[str, str]
) -> Iterator[Observation]:
    """Give for every credential where it was found, or where it was looked for."""
    users: dict[Credential, list[str]] = {}
    for name, provider in sorted(providers.items()):
        if provider.credential is not None:
            users.setdefault(provider.credential, []).append(name)
    for credential, names in users.items():
        found = whereabouts(credential, environ)
        subject = f"token of {', '.join(names)}"
        if found:
            yield Observation(subject=subject, words=f"found in {found}")
            continue
        places = [
            *credential.env,
            *(["the Hugging Face token file"] if credential.token_file else []),
        ]
        yield Observation(
            subject=subject,
            state="note",
            words="none",
            advice=f"looked for in {', '.join(places)}",
        )


def about_proxies(environ: Mapping[str, str]) -> Iterator[Observation]:
    """Say of proxies the environment names that they are not used."""
    named = [name for name in _PROXIES if environ.get(name) or environ.get(name.lower())]
    if named:
        yield Observation(
            subject="proxy",
            state="warning",
            words=f"{', '.join(named)} is set, and not used",
            advice="calls go straight to their origin: a proxy would be in the latency",
        )


def about_hub(hub: Hub, clock: Clock) -> Iterator[Observation]:
    """Give whether the Hub answers, and whether it takes the token that would be sent."""
    started = clock.monotonic()
    away = hub.absence()
    if away is not None:
        yield Observation(
            subject="Hub",
            state="warning",
            words=f"{hub.address}: {away.message}",
            advice=f"{away.hint}; without it `revgate lock` cannot work, runs can"
            if away.hint
            else "",
        )
        return
    took = format_s(clock.monotonic() - started)
    yield Observation(subject="Hub", words=f"{hub.address} answers in {took}")
    if not hub.has_token:
        return
    refused = hub.token_fault()
    if refused is None:
        yield Observation(subject="Hub token", words="accepted")
    else:
        yield Observation(
            subject="Hub token", state="error", words=refused.message, advice=refused.hint
        )
