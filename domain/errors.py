"""What every refusal of a command is: a named error that carries all its values."""

from inspect import getdoc


class DomainError(Exception):
    """A command was refused; the class says by which rule, its fields with what values."""

    def __str__(self) -> str:
        """Say the rule, then every value."""
        values = ", ".join(f"{name} = {value!r}" for name, value in vars(self).items())
        return f"{getdoc(type(self))} ({values})"
