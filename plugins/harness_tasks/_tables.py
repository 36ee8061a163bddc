"""Tables as they travel: columns by name, every cell a string."""

from harness.api import Json


def sent_columns(table: Json) -> dict[str, Json]:
    """Give `{column: [cell]}` with numbers written out as strings: servers accept nothing else.

    Raises ValueError for columns of different length and for cells that are no text or number.
    """
    if not isinstance(table, dict) or not table:
        raise ValueError('a table is a mapping of columns to cells: {"Name": ["a", "b"]}')
    columns: dict[str, Json] = {}
    for name, cells in table.items():
        if not isinstance(cells, list):
            raise ValueError(f"column {name!r:.60} must be a list of cells")
        columns[name] = [_cell(name, cell) for cell in cells]
    sizes = {len(cells) for cells in table.values() if isinstance(cells, list)}
    if len(sizes) > 1:
        raise ValueError(f"columns must be equally long, these have {sorted(sizes)} cells")
    return columns


def row_count(table: Json) -> int:
    """Give the number of rows, 0 for what is no table."""
    columns = table.values() if isinstance(table, dict) else ()
    return max((len(cells) for cells in columns if isinstance(cells, list)), default=0)


def _cell(column: str, cell: Json) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    raise ValueError(f"a cell of column {column!r:.60} is neither text nor number: quote it")
