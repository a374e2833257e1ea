"""What the API says of a command and of its fields: the domain's own docstrings, then the glossary."""

import re
from inspect import cleandoc
from typing import Any

from domain.envelope import stream_of
from domain.telling import Command
from graphql_api.commands.glossary import ENVELOPE, GLOSSARY, IDENTITY, PARTICULAR, WHOLE_ID

# `kind: survey or assessment. from_unit, to_unit: …`: names at the beginning of a sentence.
NAMED = re.compile(r"(?:^|(?<=\. ))([a-z_]+(?:(?:, | and )[a-z_]+)*): ")
# `survey or assessment`, `external (a customer)`: a code, which is written as it is.
CODE = re.compile(r"\w+(?:,| or | \()")
SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")


class UndescribedFieldError(Exception):
    """A field of a command is described neither by its docstring nor by the glossary."""

    def __init__(self, *, owner: str, field: str) -> None:
        super().__init__(f"{owner}.{field} is described nowhere; graphql_api/commands/glossary.py can")


def command_meaning(command_class: type[Command]) -> str:
    """What the command does: its docstring's first paragraph, else what its event says; and the topic."""
    own, event = _paragraph(command_class), _paragraph(command_class.EVENT)
    said = own or f"Tell this: {event[0].lower()}{event[1:]}"
    return f"{said} Its event is `{command_class.EVENT.TOPIC}`."


def field_meaning(owner: type[Any], field: str) -> str:
    """What a field means; raises UndescribedFieldError where nobody says it."""
    said = (
        _named_in(owner).get(field)
        or PARTICULAR.get((owner.__name__, field))
        or GLOSSARY.get(field)
        or ENVELOPE.get(field)
    )
    if said is None:
        raise UndescribedFieldError(owner=owner.__name__, field=field)
    return said


def identity_meaning(field: str, *, stream: str) -> str:
    return IDENTITY.get(field, WHOLE_ID).replace("{stream}", stream_of(stream))


def _paragraph(documented: type[Any]) -> str:
    text = cleandoc(documented.__doc__ or "").partition("\n\n")[0]
    return " ".join(text.split())


def _named_in(documented: type[Any]) -> dict[str, str]:
    """The meanings that a docstring gives, by field."""
    text = " ".join(cleandoc(documented.__doc__ or "").partition("\n\n")[2].split())
    pieces = NAMED.split(text)[1:]
    return {
        field: _begun(SENTENCE_END.split(said)[0].strip().replace("None", "null"))
        for names, said in zip(pieces[::2], pieces[1::2], strict=True)
        for field in re.split(r", | and ", names)
    }


def _begun(sentence: str) -> str:
    return sentence if CODE.match(sentence) else sentence[:1].upper() + sentence[1:]
