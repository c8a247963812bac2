"""The door for the shell: `hearback up | doctor | demo | import | feeds | ...`, and every mistake as a sentence."""

import importlib
import sys
from collections.abc import Mapping

import click
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from api import settings as showing
from api.sentences import of as words_of
from listener import settings as hearing
from listener.embedded import EmbeddedError
from listener.settings import VERSION
from triage.refusals import Refusal

COMMANDS: Mapping[str, str] = {
    "up": "up:up",
    "doctor": "doctor:doctor",
    "demo": "demo:demo",
    "feeds": "feeds:feeds",
    "import": "importing:import_",
    "member": "people:member",
    "sign-in-link": "people:link",
    "migrate": "migrate:migrate",
    "reset": "reset:reset",
    "serve": "processes:serve",
    "work": "processes:work",
    "beat": "processes:beat",
    "alive": "processes:alive",
}


class Commands(click.Group):
    """A group that imports a command when it is called: `up` starts in half the time without the other twelve."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"api.commands.{module}"), name)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="Hearback")
def hearback() -> None:
    """Hear what people say, decide who must answer, keep both promises."""
    showing.settings()  # a setting that will not do stops every command, before it does anything
    hearing.settings()


def main() -> None:
    """Run one command; whatever a person can put right is said in a sentence, with exit code 1."""
    try:
        hearback(prog_name="hearback")
    except ValidationError as error:
        sentences = wrong_settings(error)
    except LookupError as error:
        sentences = [str(error.args[0]) if error.args else repr(error)]
    except Refusal as refusal:
        sentences = [words_of(refusal).detail]
    except EmbeddedError as error:
        sentences = [str(error)]
    except OperationalError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        sentences = [f"The database does not answer: {reason}", "`hearback doctor` says more."]
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(1)


def wrong_settings(error: ValidationError) -> list[str]:
    """Return one sentence for each setting that was refused: its variable, what it held, what it should hold."""
    sentences = []
    for one in error.errors():
        name = str(one["loc"][0]) if one["loc"] else ""
        variable = name if name.isupper() else f"HEARBACK_{name.upper()}"
        known = showing.Settings.model_fields.get(name) or hearing.Settings.model_fields.get(name)
        meant = f" {known.description}" if known and known.description else ""
        wrong = one["msg"].replace("Input should be", "it should be")
        sentences.append(f"{variable} is {one['input']!r}; {wrong}.{meant}")
    return sentences


if __name__ == "__main__":
    main()
