"""Why a sending failed: worth another try later, or never again."""


class Later(Exception):
    """The way was closed this time. `retry_after` is in seconds, where the other side named it."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NeverAgain(Exception):
    """Trying again changes nothing. `gone`: the other side asked not to be written to any more."""

    def __init__(self, sentence: str, gone: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone
