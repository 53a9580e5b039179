from typing import Any


class ApiError(Exception):
    """The Bot API refuses a call."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON that the real server answers."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class BadRequest(ApiError):
    """The call's parameters are wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"Bad Request: {reason}")


class Conflict(ApiError):
    """Two receivers want the same updates."""

    def __init__(self, reason: str) -> None:
        super().__init__(409, f"Conflict: {reason}")
