"""The rows of a label are the same however the labels are kept."""

from hypothesis import given
from hypothesis import strategies as st

from harness.compact import SharedColumn, rows_by_label

LABELS = st.lists(st.lists(st.sampled_from("abc"), max_size=4).map(tuple), max_size=20)


@given(LABELS)
def test_rows_of_labels_are_those_that_have_them(labels: list[tuple[str, ...]]) -> None:
    shared: SharedColumn[tuple[str, ...]] = SharedColumn()
    for own in labels:
        shared.append(own)
    plain = {name: list(rows) for name, rows in rows_by_label(labels).items()}
    assert {name: list(rows) for name, rows in rows_by_label(shared).items()} == plain
    assert list(rows_by_label(shared)) == list(plain)
    assert plain == {
        name: [row for row, own in enumerate(labels) if name in own]
        for name in dict.fromkeys(label for own in labels for label in own)
    }
