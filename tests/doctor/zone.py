"""A DNS of a few lines."""

from collections.abc import Mapping, Sequence

from mailgrid.doctor.resolver import NoAnswer


class Zone:
    """Answers from tables; a name in `silent` is not answered for."""

    def __init__(
        self,
        txt: Mapping[str, str | Sequence[str]] = {},
        a: Mapping[str, str | Sequence[str]] = {},
        mx: Mapping[str, str | Sequence[str]] = {},
        ptr: Mapping[str, str | Sequence[str]] = {},
        silent: Sequence[str] = (),
    ) -> None:
        self.tables = {"txt": txt, "a": a, "mx": mx, "ptr": ptr}
        self.silent = silent
        self.asked: list[str] = []

    def texts(self, name: str) -> list[str]:
        return self.answer("txt", name)

    def addresses(self, name: str) -> list[str]:
        return self.answer("a", name)

    def exchanges(self, name: str) -> list[str]:
        return self.answer("mx", name)

    def names(self, address: str) -> list[str]:
        return self.answer("ptr", address)

    def answer(self, kind: str, name: str) -> list[str]:
        self.asked.append(name)
        if name in self.silent:
            raise NoAnswer(f"the DNS does not answer for {name}")
        found = self.tables[kind].get(name, [])
        return [found] if isinstance(found, str) else list(found)
