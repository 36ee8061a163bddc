"""Writes figures with their units."""


def count(value: float | None) -> str:
    """Give a whole number; nothing where there is none."""
    return "" if value is None else f"{value:,.0f}"


def times(value: float | None) -> str:
    """Give a ratio, two places; nothing where there is none."""
    return "" if value is None else f"{value:.2f}"


def scaled(value: float | None, factor: float, unit: str, places: int) -> str:
    """Give a number times `factor` with its unit; nothing where there is none."""
    return "" if value is None else f"{value * factor:,.{places}f} {unit}"
