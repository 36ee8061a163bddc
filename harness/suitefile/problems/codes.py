"""The stable codes of problems, each with what it stands for."""

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "E100": "not valid YAML",
        "E101": "a key is written twice",
        "E102": "unknown key",
        "E103": "a tab is used for indentation",
        "E104": "a YAML tag",
        "E105": "aliases expand to too much",
        "E106": "an anchor contains itself",
        "E107": "nesting is too deep",
        "E108": "a boolean where text is expected",
        "E109": "text that YAML would read as a number, a date or null",
        "E110": "the suite is empty",
        "E111": "more than one YAML document",
        "E112": "bytes that are not plain UTF-8 text",
        "E113": "no case",
        "E114": "a case id repeats",
        "E115": "a template that cannot be filled in",
        "E116": "a credential written into the suite",
        "E117": "a file that cannot be read",
        "E118": "a path outside the suite's folder",
        "E119": "an address that cannot be called safely",
        "E120": "arguments a check refuses",
        "E121": "a number outside its range",
        "E122": "an unknown task, provider, check or metric",
        "E123": "a key is missing",
        "E124": "a value of the wrong type or form",
        "E125": "a dataset row that cannot be read",
        "E126": "a file that is too large",
        "E127": "a limit that does not fit the gate's metric",
        "E128": "fewer than two targets",
        "E129": "a plugin that failed while it checked the suite",
        "E130": "a provider that does not answer the suite's task",
        "E131": "addresses of a target that do not go together",
        "E132": "a model without a price",
        "E133": "a stored run that cannot be used",
        "E134": "a key that does not belong to a stored target",
        "E135": "calls that cannot travel together",
        "E136": "a router picks who answers",
        "E137": "a gate on what is not measured",
        "E201": "a revision that can move",
        "E202": "a revision is missing",
    }
)
