"""Numbers as people read them, each with its unit."""


def format_s(seconds: float | None) -> str:
    """Give a duration in the unit that reads best: `850 µs`, `12.3 ms`, `4.20 s`; None: a dash."""
    if seconds is None:
        return "—"
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.1:
        return f"{seconds * 1e3:.1f} ms"
    if seconds < 1:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 120:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def format_share(share: float | None) -> str:
    """Give a share in 0..1 as a percentage with one decimal: `87.5 %`; an em dash for None."""
    return "—" if share is None else f"{share * 100:.1f} %"


def format_points(difference: float | None) -> str:
    """Give a difference of shares in percentage points with its sign: `−3.1 points`."""
    if difference is None:
        return "—"
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return f"{sign}{abs(difference) * 100:.1f} points"


def format_ratio(ratio: float | None) -> str:
    """Give a ratio with its sign: `×1.15`; an em dash for None."""
    return "—" if ratio is None else f"×{ratio:.3g}"


def format_bytes(count: int) -> str:
    """Give a number of bytes: `512 B`, `1.2 kB`, `3.4 MB`, `5.6 GB`."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"


def plural(count: int, noun: str, many: str = "") -> str:
    """Give `1 case`, `2 cases`; `many` is the plural where it is not noun + s."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"
