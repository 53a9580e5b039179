"""Draw a QR code that a phone at an arm's length can read."""

from io import BytesIO


def svg(link: str, *, border: int) -> str:
    """Draw a link as SVG with so many empty modules around it; error correction M."""
    import segno  # noqa: PLC0415 -- only a sheet with a code needs it

    drawn = BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="svg", border=border, xmldecl=False)
    return drawn.getvalue().decode("ascii")
