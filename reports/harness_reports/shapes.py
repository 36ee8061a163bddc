"""What a chart is made of: SVG elements as data, drawn by a template that escapes every value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """One SVG element: its name, its presentation attributes in order, its text."""

    element: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture with its name and description in words."""

    key: str
    """Unique in the page: it makes the ids of title and description."""
    title: str
    description: str
    width: str
    height: str
    shapes: tuple[Shape, ...]


def number(value: float) -> str:
    """Give a coordinate with two digits after the point at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    css: str,
    stroke: str,
    width: str = "1",
    dash: str = "",
) -> Shape:
    """Give a straight line; without a style sheet it has this colour."""
    ends = (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))
    attributes = [(name, number(value)) for name, value in ends]
    attributes += [("class", css), ("stroke", stroke), ("stroke-width", width)]
    return Shape("line", (*attributes, *((("stroke-dasharray", dash),) if dash else ())))


def rectangle(
    x: float, y: float, width: float, height: float, *, css: str, fill: str, round_: str = "0"
) -> Shape:
    """Give a filled rectangle."""
    box = (("x", x), ("y", y), ("width", width), ("height", height))
    attributes = [(name, number(value)) for name, value in box]
    return Shape("rect", (*attributes, ("rx", round_), ("class", css), ("fill", fill)))


def dot(x: float, y: float, radius: float, *, css: str, fill: str) -> Shape:
    """Give a filled circle."""
    place = (("cx", number(x)), ("cy", number(y)), ("r", number(radius)))
    return Shape("circle", (*place, ("class", css), ("fill", fill)))


def label(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "middle",
    css: str = "axis-text",
    fill: str = "#4b5563",
) -> Shape:
    """Give a line of text."""
    place = (("x", number(x)), ("y", number(y)), ("text-anchor", anchor), ("class", css))
    return Shape("text", (*place, ("fill", fill), ("font-size", "13")), text)


def stairs(points: list[tuple[float, float]], *, css: str, stroke: str, dash: str = "") -> Shape:
    """Give a line that steps: level to the next point, then up to it."""
    path = f"M{number(points[0][0])} {number(points[0][1])}"
    path += "".join(f"H{number(x)}V{number(y)}" for x, y in points[1:])
    attributes = [("d", path), ("class", css), ("stroke", stroke), ("stroke-width", "2.25")]
    attributes += [("fill", "none"), ("stroke-linejoin", "round")]
    return Shape("path", (*attributes, *((("stroke-dasharray", dash),) if dash else ())))
