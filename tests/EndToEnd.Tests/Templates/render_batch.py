#!/usr/bin/env python3
"""Renders a batch of templates with Jinja2: reads JSON with now, variables and templates, and writes JSON with what each gives."""
import datetime
import json
import resource
import signal
import sys

from jinja_environment import environment, render

SECONDS_OF_TEMPLATE = 5

# A random template may double a text as often as it likes; past this it is a MemoryError of its own and not the machine's.
MAX_MEMORY = 2 << 30


def refuse(number, frame):
    raise TimeoutError("the template takes too long")


def main():
    # The text is UTF-8 whatever the machine's language is, and may have halves of surrogate pairs.
    batch = json.loads(sys.stdin.buffer.read())
    env = environment(datetime.datetime.fromisoformat(batch["now"]))
    signal.signal(signal.SIGALRM, refuse)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    results = []
    for template in batch["templates"]:
        signal.alarm(SECONDS_OF_TEMPLATE)
        results.append(render(env, template, batch["variables"]))
        signal.alarm(0)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
