"""Jinja2 as the transformers library sets it, which is what chat templates are written for. Needs the package jinja2 (3.1)."""
import json

from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """The tag by which templates mark what a model is to learn."""

    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


def environment(now):
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise TemplateError(message)

    env.filters["tojson"] = tojson

    # Not one of transformers, but of other engines, and templates use it.
    env.filters["from_json"] = json.loads
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = now.strftime
    return env


def render(env, template, variables):
    """What a template writes, or the error that it ends with."""
    try:
        return {"template": template, "text": env.from_string(template).render(**variables)}
    except Exception as error:
        return {"template": template, "error": f"{type(error).__name__}: {error}"}
