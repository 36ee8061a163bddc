"""The way to a target: a proxy, certificates beside the suite."""

import pytest

CASES = 'cases: [{id: one, inputs: "x"}]\n'
ADDRESS = 'url: "https://a.example"'


def with_keys(head: str, keys: str) -> str:
    """Give a suite whose first target has these keys too."""
    assert ADDRESS in head
    return head.replace(ADDRESS, f"{ADDRESS}, {keys}") + CASES


def test_proxy_and_certificates_are_the_targets_own(load, head, tmp_path):
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    suite = load(with_keys(head, 'proxy: "http://proxy.example:3128", ca_file: ca.pem')).suite
    first, second = suite.targets
    assert first.proxy == "http://proxy.example:3128"
    assert first.ca_file == str((tmp_path / "ca.pem").absolute())
    assert first.is_detoured
    assert (second.proxy, second.ca_file, second.is_detoured) == (None, None, False)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ('proxy: "http://user:pass@proxy.example:3128"', "E119"),
        ('proxy: "proxy.example"', "E119"),
        ('proxy: "file:///etc"', "E119"),
        ("proxy: 3128", "E109"),
        ("ca_file: missing.pem", "E117"),
        ("ca_file: /etc/ssl/certs/ca-certificates.crt", "E118"),
        ("ca_file: ../ca.pem", "E118"),
    ],
)
def test_what_is_wrong_with_the_way_is_said(wrong, head, keys, code):
    assert code in {found for found, _, _ in wrong(with_keys(head, keys))}
