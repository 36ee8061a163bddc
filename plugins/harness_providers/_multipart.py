"""Form uploads with one file (RFC 7578), the same bytes for the same content."""

import hashlib
from collections.abc import Mapping


def encode_form(
    fields: Mapping[str, str], file_field: str, file_name: str, media_type: str, body: bytes
) -> tuple[str, bytes]:
    """Give (content type, body). The boundary is a digest of the file, so that requests match."""
    boundary = "revgate-" + hashlib.sha256(body).hexdigest()[:32]
    parts = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="{_quoted(file_field)}"; '
        f'filename="{_quoted(file_name)}"\r\ncontent-type: {media_type}\r\n\r\n'
    )
    whole = "".join(parts).encode() + head.encode() + body + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", whole


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "").replace("\n", "")
