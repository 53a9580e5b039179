import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from playground.errors import BadRequest
from playground.files import Upload


@dataclass(frozen=True)
class Params:
    """The parameters of one call, whichever way they were encoded."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Say whether the parameter was given."""
        return name in self.values or name in self.uploads

    def text(self, name: str, default: str = "") -> str:
        """Return a string parameter."""
        return str(self.values.get(name, default))

    def number(self, name: str, default: int = 0) -> int:
        """Return an integer parameter."""
        try:
            return int(self.values.get(name, default))
        except ValueError:
            raise BadRequest(f"{name} must be an integer") from None

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a Boolean parameter."""
        value = self.values.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Any:
        """Return a parameter that is JSON, or None."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise BadRequest(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> Upload | str:
        """Return an uploaded file, or the id of one that is already there."""
        if name in self.uploads:
            return self.uploads[name]
        value = self.text(name)
        if value.startswith("attach://"):
            attached = self.uploads.get(value.removeprefix("attach://"))
            if attached is None:
                raise BadRequest(f"there is no {name} in the request")
            return attached
        if not value:
            raise BadRequest(f"there is no {name} in the request")
        return value

    def chat_id(self) -> int | None:
        """Return the chat that the call is about, if it names one."""
        try:
            return int(self.values["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None

    def logged(self) -> dict[str, Any]:
        """Return the parameters for the call log: file names instead of contents."""
        names = {name: upload.filename for name, upload in self.uploads.items()}
        return {**self.values, **names}


async def read_params(request: Request) -> Params:
    """Read a call's parameters from its address and its body."""
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        body = await request.body()
        try:
            given = json.loads(body) if body else {}
        except ValueError:
            raise BadRequest("can't parse JSON object") from None
        values.update(given if isinstance(given, dict) else {})
    elif content_type:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(
                        value.filename or name, await value.read(), value.content_type or ""
                    )
                else:
                    values[name] = value
    return Params(values, uploads)
