#!/usr/bin/env python3
"""Renders snippets of Jinja with Jinja2 itself, set as the transformers library sets it, and writes what they give to snippets.json.

Needs the package jinja2 (3.1). Run it again after adding a snippet; the tests compare the compiled snippets with the file.
"""
import datetime
import json
import os

from jinja_environment import environment, render

NOW = datetime.datetime(2024, 7, 6, 9, 5, 3, 120)

VARIABLES = {
    "name": "Ada", "empty": "", "text": "  Grüß Gott, 世界 🙂\n", "line": "a-b_c d", "n": 7, "x": 2.5, "big": 12345678901234567890123,
    "yes": True, "no": False, "nothing": None, "numbers": [3, 1, 2], "words": ["b", "A", "c", "a"], "nested": [[1, 2], [3]],
    "user": {"name": "Bob", "age": 30, "items": [1], "tags": ["x", "y"]},
    "users": [{"name": "Cy", "age": 5, "role": "user"}, {"name": "al", "age": 9, "role": "tool"}, {"name": "Bo", "age": 5, "role": "user"}],
    "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U <b>'\"&"}, {"role": "assistant", "content": None, "tool_calls": []}],
    "multi": "one\ntwo\n\nthree", "json": {"b": [1, 2.0, {"c": None}], "a": "q\"\\\n\té\u0001\u2028", "e": [], "f": {}},
}

SNIPPETS = r"""
{{ name }} {{ empty }}|{{ text }}|{{ n }} {{ x }} {{ big }} {{ yes }} {{ no }} {{ nothing }} {{ numbers }} {{ nested }} {{ user }} {{ missing }}
{{ 'a' 'b' "c" }} {{ "\n\t\\\x41\u00e9\'\"\q\101\0" }} {{ '''' }}
{{ 1 + 2 * 3 - 4 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }}
{{ 1_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1.5e3 }} {{ 1e20 }} {{ 1e16 }} {{ 1e15 }} {{ 1.0e-5 }} {{ 0.0001 }} {{ 0.1 + 0.2 }} {{ 100.0 }} {{ 1e300 * 1e10 }} {{ -0.0 }} {{ 123456789.125 }}
{{ 'a' + 'b' }} {{ 'ab' * 3 }} {{ 3 * 'ab' }} {{ 'ab' * -1 }}| {{ [1] + [2, 3] }} {{ [0] * 3 }} {{ (1, 2) + (3,) }} {{ (1,) }} {{ () }} {{ 1, 2 }}
{{ 'a' ~ 1 ~ none ~ 2.0 ~ missing ~ [1, 'x'] ~ {'k': 'v'} }}
{{ true and 'x' }} {{ '' and 'x' }}| {{ '' or 'y' }} {{ 'z' or missing.foo }} {{ not 1 }} {{ not '' }} {{ 0 or none or [] or 'end' }} {{ 1 and 2 and 3 }} {{ true }} {{ True }} {{ None }} {{ False or 0 }}
{{ 1 < 2 }} {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ [1, 2] < [1, 3] }} {{ 1 == 1.0 }} {{ true == 1 }} {{ '1' == 1 }} {{ none == none }} {{ missing == missing2 }} {{ [1] == (1,) }} {{ {'a': 1} == {'a': 1.0} }} {{ 2 >= 2.0 }} {{ 'a' != 'b' }}
{{ 'a' in 'cat' }} {{ 'a' not in 'dog' }} {{ 1 in [1, 2] }} {{ 'name' in user }} {{ 'x' in missing }} {{ 1.0 in [1] }} {{ '' in 'a' }} {{ 3 not in numbers }} {{ 'q' in () }}
{{ 'yes' if yes else 'no' }} {{ 'yes' if no }}| {{ 'a' if no else 'b' if no else 'c' }} {{ ('x' if yes) ~ '!' }} {{ (1 if no else 2) + 1 }}
{{ user.name }} {{ user['name'] }} {{ user['na' ~ 'me'] }} {{ user.missing }}| {{ user['missing'] }}| {{ users[0].name }} {{ users[-1]['age'] }} {{ numbers.1 }} {{ numbers[9] }}| {{ name[0] }}{{ name[-1] }} {{ text[2:6] }} {{ text[-2:-1] }} {{ name.foo }}|
{{ numbers[1:] }} {{ numbers[:-1] }} {{ numbers[::-1] }} {{ numbers[::2] }} {{ numbers[5:] }} {{ name[::-1] }} {{ name[1:100] }} {{ name[-100:2] }} {{ numbers[2:0:-1] }} {{ (1, 2, 3)[1:] }} {{ text[::-1] }} {{ numbers[none:2] }} {{ name[:0] }}|
{{ user.items() | list }} {{ user.items is defined }} {{ user['items'] }} {{ user.keys() | list }} {{ user.values() | list }} {{ user.get('name') }} {{ user.get('q') }} {{ user.get('q', 5) }} {{ 'get' in user }}
{% for k, v in user.items() %}{{ k }}={{ v }};{% endfor %}
{% for k in user %}{{ k }},{% endfor %} {% for c in 'añ🙂' %}{{ c }}.{% endfor %} {% for i in missing %}x{% else %}none{% endfor %} {% for i in [] %}x{% else %}empty{% endfor %} {% for i in [1] %}x{% else %}y{% endfor %}
{% for i in numbers %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.depth }}{{ loop.cycle('o', 'e') }}{{ loop.changed(i > 1) }};{% endfor %}
{% for i in range(10) if i % 2 %}{{ i }}{{ loop.length }}{% if loop.index == 3 %}{% break %}{% endif %} {% endfor %}
{% for i in range(6) %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %} {{ range(5, 0, -2) | list }} {{ range(0) | list }} {{ range(2, 5) | list }}
{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }}{% endfor %} {% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %} {% for a, b in [(1, 2), (3, 4)] if b > 2 %}{{ a }}{% endfor %}
{% for i in nested %}{% set outer = loop %}{% for j in i %}{{ outer.index }}.{{ loop.index }}={{ j }} {% endfor %}{% endfor %}
{% set q = 1 %}{% for i in numbers %}{{ q }}{% set q = q + i %}{{ q }} {% endfor %}{{ q }}
{% set ns = namespace(total=0, seen=[]) %}{% for i in numbers %}{% set ns.total = ns.total + i %}{% set ns.seen = ns.seen + [i] %}{% endfor %}{{ ns.total }} {{ ns.seen }} {{ ns.nope }}|
{% if missing is defined %}{% set v = 1 %}{% endif %}{{ v }}|{% if yes %}{% set w = 2 %}{% else %}{% set w = 3 %}{% endif %}{{ w }} {% if no %}{% set name = 'x' %}{% endif %}{{ name }}
{% set a, b = 1, 2 %}{{ a }}{{ b }} {% set c = 1, 2 %}{{ c }} {% set (d, e) = [3, 4] %}{{ d }}{{ e }}
{% set block %}x{{ n }}{% set inner = 5 %}{{ inner }}{% endset %}{{ block }}{{ inner }} {% set up | upper | replace('B', '-') %}abc{% endset %}{{ up }} {{ block is string }}
{% with p = 1, r = n %}{{ p }}{{ r }}{% set p = 3 %}{{ p }}{% endwith %}{{ p }} {% with %}{% set s = 2 %}{{ s }}{% endwith %}{{ s }}
{% filter upper %}abc{{ name }}{% endfilter %} {% filter replace('a', 'o') | title %}banana split{% endfilter %}
{% macro m(a, b=2, c='z') %}[{{ a }}{{ b }}{{ c }}{{ n }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(a=5, c=6) }}{{ m() }}{{ m(1) | length }} {{ m is callable }} {{ m(m(1)) }}
{% macro fact(i) %}{% if i <= 1 %}1{% else %}{{ i * (fact(i - 1) | int) }}{% endif %}{% endmacro %}{{ fact(20) }} {% set late = 1 %}{% macro l() %}{{ late }}{% endmacro %}{% set late = 2 %}{{ l() }}
{% macro outer(x) %}{% for i in x %}{{ i }}{% set x = 5 %}{{ x }}{% endfor %}{{ x }}{% endmacro %}{{ outer([1, 2]) }}
{{ text | trim }}| {{ text | upper }}| {{ 'straße' | upper }} {{ 'ÀB' | lower }} {{ 'hELLO wORLD' | capitalize }} {{ "it's a-b (c) 3d" | title }} {{ 'xxaxx' | trim('x') }} {{ none | upper }} {{ 5 | string }}{{ missing | lower }}|
{{ name | length }} {{ text | length }} {{ numbers | length }} {{ user | count }} {{ missing | length }} {{ (1, 2) | length }}
{{ missing | default('d') }} {{ empty | default('d') }}| {{ empty | default('d', true) }} {{ none | default('x') }} {{ missing | d }}| {{ nothing | default('e', boolean=true) }} {{ missing.x | default('y') if missing is defined else 'z' }}
{{ numbers | join }} {{ numbers | join(', ') }} {{ users | join('/', attribute='name') }} {{ 'abc' | join('-') }} {{ [1, none, 'x', missing] | join(',') }} {{ users | map(attribute='name') | join(' ') }}
{{ numbers | first }} {{ numbers | last }} {{ name | first }} {{ [] | first }}| {{ missing | last }}| {{ user | first }}
{{ numbers | sort }} {{ words | sort }} {{ words | sort(case_sensitive=true) }} {{ numbers | sort(reverse=true) }} {{ users | sort(attribute='age,name') | map(attribute='name') | list }} {{ users | sort(true, attribute='age') | map(attribute='name') | join }}
{{ words | unique | list }} {{ words | unique(true) | list }} {{ users | unique(attribute='age') | map(attribute='name') | list }} {{ numbers | max }} {{ numbers | min }} {{ users | max(attribute='age') }} {{ words | min }} {{ [] | max }}| {{ numbers | sum }} {{ users | sum(attribute='age') }} {{ users | sum('age', 10) }} {{ [] | sum }}
{{ numbers | reverse | list }} {{ name | reverse }} {{ text | reverse }} {{ 'abc' | list }} {{ user | list }} {{ numbers | batch(2) | list }} {{ numbers | batch(2, 'x') | list }}
{{ users | selectattr('role', 'equalto', 'user') | map(attribute='name') | list }} {{ users | rejectattr('role', '==', 'user') | list | length }} {{ users | selectattr('age', 'gt', 5) | list }} {{ users | selectattr('nope') | list }} {{ users | selectattr('nope', 'defined') | list }} {{ users | selectattr('role', 'in', ['tool']) | map(attribute='name') | first }}
{{ numbers | select('odd') | list }} {{ numbers | reject('odd') | list }} {{ [0, 1, '', 'a'] | select | list }} {{ [0, 1, ''] | reject | list }} {{ words | select('lower') | list }} {{ numbers | select('divisibleby', 3) | list }} {{ ['code_interpreter', 'b'] | reject('equalto', 'code_interpreter') | join(', ') }}
{{ words | map('upper') | list }} {{ words | map('replace', 'a', 'z') | join }} {{ users | map(attribute='nope', default='?') | list }} {{ nested | map('length') | list }} {{ nested | map('join', '+') | list }} {{ nested | map('first') | map('string') | join('-') }} {{ [[3, 1], [2]] | map('sort') | list }} {{ nested | map(attribute=0) | list }} {{ nested | map(attribute='1') | list }}
{{ json | tojson }} {{ json | tojson(indent=2) }} {{ json | tojson(indent=4, sort_keys=true) }} {{ json | tojson(true) }} {{ '<é&\'>' | tojson }} {{ [1.0, 1e30, true, none, 'x'] | tojson }} {{ json | tojson(separators=(',', ':')) }} {{ {'k': {}} | tojson(indent=1) }} {{ {1: 2, true: 3, none: 4} | tojson }} {{ [] | tojson(indent=2) }} {{ [[], [1]] | tojson(indent=2) }} {{ (1, 'a') | tojson }} {{ big | tojson }}
{{ multi | indent }}|{{ multi | indent(2, true) }}|{{ multi | indent(2, blank=true) }}|{{ 'a\nb\n' | indent }}|{{ multi | indent('> ') }}|{{ '' | indent }}|{{ '' | indent(2, true) }}|
{{ 'a.b.c' | replace('.', '') }} {{ 'aaa' | replace('a', 'b', 2) }} {{ 5 | replace(5, 6) }} {{ 'abc' | replace('', '-') }} {{ 'foo bar baz qux' | truncate(9) }} {{ 'foo bar baz qux' | truncate(9, true, '') }} {{ 'foo bar baz qux' | truncate(11, false, '..', 0) }} {{ 'short' | truncate(9) }} {{ 'a b  c_d e' | wordcount }} {{ 'a b&c/é?' | urlencode }} {{ {'a b': 'c/d', 'e': 1} | urlencode }} {{ 'abc' | center(9) }}| {{ 'abcd' | center(9) }}|
{{ '42' | int }} {{ '4.7' | int }} {{ 'x' | int }} {{ 'x' | int(5) }} {{ 3.9 | int }} {{ -3.9 | int }} {{ '0x1A' | int(base=16) }} {{ '101' | int(0, 2) }} {{ true | int }} {{ '1.5' | float }} {{ 'z' | float }} {{ 3 | float }} {{ none | int }} {{ ' 12 ' | int }} {{ '1_0' | int }} {{ '-5' | int }} {{ 'inf' | float }}
{{ 2.567 | round(2) }} {{ 2.5 | round }} {{ 3.5 | round }} {{ 7 | round }} {{ 2.1 | round(0, 'ceil') }} {{ 2.19 | round(1, 'floor') }} {{ -3 | abs }} {{ -2.5 | abs }} {{ user | dictsort }} {{ {'b': 1, 'A': 2} | dictsort }} {{ {'b': 1, 'A': 2} | dictsort(true) }} {{ {'b': 2, 'a': 3} | dictsort(by='value', reverse=true) }} {{ user | items | list }} {{ missing | items | list }}
{{ '<a href="x">\'&' | e }} {{ name | safe }} {{ '%s is %d and %05.1f%%' | format(name, n, x) }} {{ '%r %x %-5s| %5s %+d' | format('a', 255, 'b', 'c', 3) }} {{ '%s' % name }} {{ '%s-%s' % (1, 2) }} {{ '%(a)s' % {'a': 1} }} {{ '{} {1} {k}'.format(1, k=3) if false else '{} {} {{}}'.format(1, 'x') }} {{ '{0}{1}{0}'.format('a', 'b') }} {{ '{k}'.format(k=3) }}
{{ missing is defined }} {{ name is defined }} {{ user.q is defined }} {{ missing is undefined }} {{ nothing is none }} {{ missing is none }} {{ nothing is not none }} {{ yes is true }} {{ 1 is true }} {{ no is false }} {{ yes is boolean }} {{ 1 is boolean }} {{ 1 is integer }} {{ true is integer }} {{ 1.0 is integer }} {{ 1.0 is float }} {{ 1 is number }} {{ true is number }} {{ 'a' is number }}
{{ 'a' is string }} {{ 1 is string }} {{ user is mapping }} {{ numbers is mapping }} {{ numbers is sequence }} {{ 'a' is sequence }} {{ user is sequence }} {{ 1 is sequence }} {{ missing is sequence }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ user is iterable }} {{ missing is iterable }} {{ range is callable }} {{ name is callable }} {{ none is iterable }}
{{ 3 is odd }} {{ 3 is even }} {{ 9 is divisibleby(3) }} {{ 9 is divisibleby 3 }} {{ 1 is eq 1 }} {{ 1 is equalto(2) }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 2 is ge 2 }} {{ 2 is greaterthan 3 }} {{ 1 is in [1] }} {{ 'b' is in 'abc' }} {{ 'ab' is lower }} {{ 'AB' is upper }} {{ 'a' is sameas 'a' }} {{ none is sameas none }} {{ true is sameas 1 }} {{ name is string and n is number }} {{ name is not string or n is not number }}
{{ 'a,b,,c'.split(',') }} {{ ' a  b c '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a b c d'.split(none, 2) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ' a b c '.rsplit(none, 1) }} {{ ' a b c '.split(none, 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a</t>b'.split('</t>')[-1] }} {{ 'x'.split('</t>')[0] }} {{ 'a-b-c'.split(sep='-', maxsplit=1) }}
{{ '  a '.strip() }}| {{ 'xxaxx'.strip('x') }} {{ 'abcab'.lstrip('ab') }} {{ 'abcab'.rstrip('ba') }} {{ '\n a\n'.lstrip('\n') }}| {{ text.strip() }} {{ 'aXb'.lower() }} {{ 'aXb'.upper() }} {{ 'aXb'.swapcase() }} {{ 'hello world'.title() }} {{ "they're o'k 3d".title() }} {{ 'hELLO'.capitalize() }} {{ 'ß'.upper() }} {{ 'ßx'.capitalize() }}
{{ 'abc'.startswith('a') }} {{ 'abc'.startswith(('x', 'a')) }} {{ 'abc'.endswith('c') }} {{ 'abc'.endswith('') }} {{ 'banana'.count('an') }} {{ 'aaa'.count('aa') }} {{ 'abc'.count('') }} {{ 'banana'.find('na') }} {{ 'banana'.rfind('na') }} {{ 'banana'.find('x') }} {{ 'banana'.find('na', 3) }} {{ 'banana'.index('n') }} {{ '🙂ab'.find('b') }} {{ 'banana'.find('a', 2, 4) }}
{{ 'aXbXc'.replace('X', '-') }} {{ 'aXbXc'.replace('X', '-', 1) }} {{ 'abc'.replace('', '.') }} {{ '-'.join(['a', 'b']) }} {{ ''.join(words) }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'abc'.partition('x') }} {{ 'abc'.rpartition('x') }} {{ 'unhappy'.removeprefix('un') }} {{ 'a.txt'.removesuffix('.txt') }} {{ 'a'.removesuffix('b') }}
{{ 'a\nb\r\nc\n'.splitlines() }} {{ 'a\nb\n'.splitlines(true) }} {{ ''.splitlines() }} {{ '7'.zfill(3) }} {{ '-7'.zfill(4) }} {{ 'a'.ljust(3) }}| {{ 'a'.rjust(3, '.') }} {{ 'ab'.center(5, '*') }} {{ 'a'.center(4) }}| {{ 'abc'.isalpha() }} {{ 'a1'.isalnum() }} {{ '12'.isdigit() }} {{ ''.isdigit() }} {{ ' \n'.isspace() }} {{ 'aB'.islower() }} {{ 'AB1'.isupper() }} {{ '1'.islower() }}
{{ [1, 2, 1].count(1) }} {{ [1, 2].index(2) }} {{ (1, 2, 1).count(1) }} {{ dict(a=1, b=2) }} {{ dict({'x': 1}, y=2) }} {{ {'a': 1, 'a': 2} }} {{ {1: 'x'}[1] }} {{ {1: 'x'}[true] }} {{ {} }} {{ [] }} {{ {'a': [1, (2,)]}['a'][1][0] }} {{ [1, 2, ] }} {{ {'a': 1, } }}
{{ "it's" | list | first }} {{ ["it's", 'q"q', 'b\'"', 'n\n', 'é', '\u200b', 'tab\t', '\\'] }} {{ [none, true, 1.5, 'x'] }} {{ {'a': none} }} {{ [[]] }} {{ ['\x00\x7f'] }}
{{ none | selectattr('a', 'equalto', 'b') | list | length }} {{ 0 | map('upper') | list }} {{ nothing | rejectattr('a') | list }} {{ false | select | list }} {{ missing | map(attribute='x') | list }}
{{ 'a<'|safe + name + "'\"<" }} {{ '<' + 'b&'|safe }} {{ '<' ~ 'b&'|safe }} {{ ('<'|e)|e }} {{ '<'|e + '>' }} {{ 'x'|safe + 'y'|safe + '<' }} {{ {'k': '<'} | tojson | safe }}
{{ '{"a": [1, 2.5, null, true, "x"]}' | from_json }} {{ ('[1]' | from_json)[0] + 1 }} {{ '"é"' | from_json | upper }}
{{ 5 | from_json }}
{% set ns = namespace() %}{% set ns.a = 1, 2 %}{{ ns.a }}{% set (c, d), e = (3, 4), 5 %}{{ c }}{{ d }}{{ e }}{% set ns.f %}x{% endset %}{{ ns.f }}{% set ns.g | upper %}y{% endset %}{{ ns.g }}
{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}
{% for x in none if x %}{% endfor %}
{% for x in 0 if x %}{% endfor %}
{% for k, v in user.items() %}{{ numbers | select('odd') | list }}{{ [k] | map('upper') | map('replace', 'N', v | string) | list }}{% for a, b in [(1, 2)] %}{{ [v] | select('ne', b) | list }}{% endfor %}{% endfor %}
{{ [[1, 2], [3]] | map('select', 'in', [2, 3] | map('abs') | list) | map('list') | list }}
{{ strftime_now('%d %b %Y') }} {{ strftime_now('%A, %B %d, %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S %I %p %j %y %a %%') }} {{ strftime_now('%-d/%-m %e %F %T %D %R') }} {{ strftime_now('%U %W %w %u %C') }}
{{ '}}' }} {{ '{%' }} {{ {'a': {'b': 1}}.a.b }} {% if '%}' == '%}' %}ok{% endif %} {{ "{{" }} { {x} %} #}
{{ raise_exception('boom ' ~ n) }}
{{ missing.foo }}
{{ missing + 'x' }}
{{ missing['a'] }}
{{ missing | upper }}{{ missing | tojson }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ none + 1 }}
{{ 1 / 0 }}
{{ 1 % 0 }}
{{ [1, 2].append(3) }}
{{ user.update({'a': 1}) }}
{{ name.nope }}|{{ name.nope.x }}
{{ 5 | length }}
{% for i in 5 %}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% set user.name = 'x' %}
{{ 'a' < 1 }}
{{ name() }}
{{ missing() }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}
{{ 'abc'.index('z') }}
{{ 'a'.split('') }}
{{ ','.join([1]) }}
{{ 'a' in 5 }}
{{ 5 in 'a' }}
{{ range(1000000) | list }}
{{ user | items | list | length }}{{ 5 | items | list }}
{{ numbers['a'] }}|{{ user[[1]] }}|{{ user[1] }}|{{ name['length'] }}|{{ nothing.x }}|{{ n.x }}|
{{ nothing.x.y }}
{{ numbers[:'a'] }}
{{ [3, 'a'] | sort }}
{{ -'a' }}
{%- set content = 'x</think>\n\ny' -%}{%- if '</think>' in content %}{% set reasoning = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}{% set content = content.split('</think>')[-1].lstrip('\n') %}{% endif %}{{ reasoning }}|{{ content }}
{% for message in messages[::-1] %}{{ (messages | length - 1) - loop.index0 }}{{ message.role }} {% endfor %}{{ messages | length - 1 }} {{ messages | selectattr('role', 'equalto', 'user') | list | last == messages[1] }} {{ messages[0]['role'] == 'system' and messages[0].content }}
{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}A{% else %}B{% endif %}{% if m.tool_calls is defined and m.tool_calls is not none %}T{% endif %}{% if not m.content %}E{% endif %}{% if 'tool_calls' in m %}I{% endif %}{% endfor %}
{% generation %}g{{ n }}{% endgeneration %} {% if yes and not no %}1{% elif no %}2{% else %}3{% endif %}{% if no %}1{% elif no %}2{% else %}3{% endif %}{% if no %}1{% elif yes: %}2{% endif %}
{{ (users | selectattr('role', 'eq', 'user') | list)[-1].name }} {{ users[0].name | upper ~ '!' }} {{ 'a' ~ 'b' | upper }} {{ ('a' ~ 'b') | upper }} {{ not yes or 'x' }} {{ 1 + 1 | string | length }} {{ -1 | abs }} {{ (-1) | abs }}  {{ 2 * 3 ~ 4 }}
{% set item = 'v' %}{% set each = 'w' %}{% set output = 'o' %}{% set context = 'c' %}{% set parts = 'p' %}{% set arguments2 = 'g' %}{% set class = 'k' %}{{ ['v', 'w'] | select('equalto', each) | list }}{{ item }}{{ output }}{{ context }}{{ parts }}{{ arguments2 }}{{ class }}{% set é = 1 %}{{ é }}
{% for output in [1] %}{{ output }}{% for output in [2] %}{{ output }}{% set output = 3 %}{{ output }}{% endfor %}{{ output }}{% endfor %}{% for i in [1, 2] %}{% set i = i + 1 %}{{ i }}{% endfor %}{% for i in [1] %}{% for i in [5] %}{{ i }}{% endfor %}{{ i }}{% endfor %}
{% set x2 %}{% for i in [1, 2] %}{{ i }}{% endfor %}{% endset %}{% macro wrap(t) %}<{{ t }}>{% endmacro %}{{ wrap(x2) }}{{ wrap(wrap('a') ~ 'b') }}{% for w in words %}{% macro inner() %}{{ w }}{% endmacro %}{{ inner() }}{% endfor %}
{{ true if 'literal' else false }} {{ 'a' if 'b' == 'b' }} {{ 1 == 1 }} {{ 'x' and 'y' }} {{ 1 and 0 }} {{ not 'a' }} {{ -(1) }} {{ 'a' 'b' == 'ab' }} {% if 'x' %}t{% endif %}{% if 0 %}f{% endif %}{{ [1][0] }} {{ 'abc'[1] }} {{ {'a': 1}['a'] }} {{ 1 + 1 }} {{ 'a' + 'b' + 'c' }} {{ 'k' in {'k': 1} }} {{ 2 in (1, 2) }}
{{ - -n }} {{ - - -n }} {{ --n }} {{ -(-n) }} {{ + +n }} {{ ++n }} {{ - +n }} {{ +-n }} {{ - - 5 }} {{ - -2.5 }} {{ -(-0.0) }} {{ - - -0.0 }} {{ n - -1 }} {{ n + +1 }} {{ n - - -n }} {{ n--n }} {{ -n ** 2 }} {{ - 1 ** 2 }} {{ 2 ** -n }} {{ -n | abs }} {{ -5|abs }} {{ - -n | abs }} {{ -true }} {{ - -true }} {{ not not n }} {{ not -n }} {{ -(not n) }} {{ not not not n }} {{ [-n, - -n][- -1] }} {{ -numbers[0] }} {{ - -numbers[- -1] }} {{ (-n) - (-n) }}
{{ yes | round(1) }} {{ no | round }} {{ 'nan' | int }} {{ 'nan' | float | int(3) }} {{ ('1' ~ '0' * 30) | int }} {{ none | float(2) }}
{{ 2.675 | round(2) }} {{ 0.125 | round(2) }} {{ 0.5 | round }} {{ 1.5 | round }} {{ -0.4 | round }} {{ 1234 | round(-2) }} {{ 1250 | round(-2) }} {{ 1350.5 | round(-2) }} {{ -0.5 | round(0, 'ceil') }} {{ (-0.0) | round(1, 'floor') }} {{ 1e22 | round(2) }} {{ '%.1f %.0f %.2f %.3f' % (0.25, 2.5, 2.675, 1e-5) }} {{ '%f' % big }}
{% for m in messages %}{% break %}{% else %}E{% endfor %}|{% for i in [1, 2] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% else %}E{% endfor %}|{% for i in [1, 2] %}{{ i }}{% continue %}{% else %}E{% endfor %}|{% for i in [1, 2] %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% else %}E{% endfor %}|{% for i in [1, 2] if i > 5 %}x{% else %}E{% endfor %}|{% for i in [1, 2] if i > 1 %}{% break %}{% else %}E{{ i }}{% endfor %}
{% for i in [1, 2] %}{% for j in [3] %}{% break %}{% else %}e{{ i }}{% break %}{% endfor %}{{ i }}{% else %}E{% endfor %}|{% for i in [1, 2] %}{{ loop.index }}{% break %}{% else %}E{{ loop is defined }}{% endfor %}|{% for i in [1, 2] %}{% for j in [] %}{% else %}{% continue %}{% endfor %}{{ i }}{% else %}E{% endfor %}|{% for i in [1, 2] %}{{ i }}{% if i == 1 %}{% continue %}{% else %}{% break %}{% endif %}{{ 'never' }}{% else %}E{% endfor %}|{% for i in [1] %}{% with a = i %}{{ a }}{% break %}{% endwith %}{{ 'never' }}{% else %}E{% endfor %}
{% set ns = namespace(seen=0) %}{% for i in [1, 2, 3, 4] if ns.seen < 2 %}{{ i }}{% set ns.seen = ns.seen + 1 %}{% else %}E{% endfor %}|{% set ns.seen = 0 %}{% for i in [1, 2, 3, 4] if ns.seen < 2 %}{{ i }}{{ loop.index }}{% set ns.seen = ns.seen + 1 %}{% endfor %}|{% set ns.seen = 0 %}{% for i in [1, 2, 3, 4] if ns.seen < 2 %}{{ i }}{{ loop.last }}{% set ns.seen = ns.seen + 1 %}{% endfor %}|{% set ns.seen = 0 %}{% for i in [1, 2, 3, 4] if ns.seen < 2 %}{{ i }}{{ loop.length }}{{ loop.revindex0 }}{{ loop.nextitem }}{{ loop.previtem }}{% set ns.seen = ns.seen + 1 %}{% endfor %}|{% for i in [1, 'a'] if i > 0 %}{{ i }}{% break %}{% endfor %}
{{ [n < 8, n > (yes or no)] }} {{ (n < 8, n > (-1)) }} {{ {'a': n < 8, 'b': n > (yes)} }} {{ (n < 8) > (no or yes) }} {{ ((n < 8) > no) == (n > 1) }} {{ (n < 8) in [n < 8, n > (yes)] }} {{ numbers[n < 8] }} {% macro c(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ c(n < 8, n > (yes and 1)) }} {{ 'x' ~ (n < 8) ~ (n > (1)) }} {{ '%s%s' | format(n < 8, n > (yes)) }} {{ [1 if n < 8 else 2, n > (yes)] }}
{% set n = n %}{{ n }} {% set n = n + 1 %}{{ n }} {% for i in numbers %}{% set i = i %}{{ i }}{% set q = q %}{{ q }}{% endfor %} {{ n == n }} {{ n >= n and n <= n }} {% if n != n %}x{% endif %}
{% for i in [1] %}{{ name }}{% endfor %}{{ 'A' if name2 else 'B' }}{% set name = 'x' %}{{ name }}
{{ name }}{% for i in [1] %}{{ name }}{% endfor %}{% set name = 'x' %}{{ name }}
{% set name %}{{ name }}!{% endset %}{{ name }} {% macro before() %}{{ line }}{% endmacro %}{{ before() }}{% set line = 'l' %}{{ before() }}
{% if no %}{% set name = 'x' %}{% elif yes %}{{ name }}{% else %}{% set name = 'y' %}{% endif %}{{ name }} {% if no %}{% set line = 1 %}{% elif no %}{% set line = 2 %}{% else %}{% set other = 3 %}{% endif %}{{ line }} {% if no %}{% set n = 1 %}{% elif no %}{% set n = 2 %}{% elif no %}{% else %}{% set n = 3 %}{% endif %}{{ n }}
{% for i in [1, 2] %}{% if i == 2 %}{{ name }}{% endif %}{% set name = i %}{% endfor %}|{{ name }} {% for i in [1, 2] %}{% for j in [1] %}{{ line }}{% endfor %}{% set line = i %}{{ line }}{% endfor %}
{% macro m(a=b, b=1) %}[{{ a }}{{ b }}]{% endmacro %}{{ m() }}{{ m(b=5) }}{{ m(1) }} {% macro w(a=a) %}[{{ a }}]{% endmacro %}{{ w() }}{{ w(3) }} {% macro v(a, b=a, c=b) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ v(1) }}{{ v(1, c=2) }} {% macro u(a) %}{{ a is defined }}{{ a | default('d') }}{% endmacro %}{{ u() }}{{ u(missing) }}
{% with a, b = (1, 2), (c, d) = [3, 4] %}{{ a }}{{ b }}{{ c }}{{ d }}{% endwith %} {% with a = n, n = 1 %}{{ a }}{{ n }}{% endwith %}{{ n }} {% with n = 1, m = n %}{{ m }}{% endwith %}
{{ ['<' | e, 'x' | safe, {'<' | e: 1}] }} {{ ['a' | e] | string }} {{ ('b' | e) | tojson }}
{% filter upper | trim | replace('A', '-') %} abc {% endfilter %}| {% set c | length %}abc{% endset %}{{ c + 1 }}
{{ [1, 2] | truncate(5) }} {{ missing | truncate(5) }}|
{{ 'banana'.startswith('n', 2) }} {{ 'banana'.startswith('b', 1) }} {{ 'banana'.endswith('n', 0, 3) }} {{ 'banana'.endswith(('x', 'a'), 3) }} {{ 'abc'.startswith('', 4) }} {{ 'abc'.startswith('', 3) }} {{ 'banana'.count('a', 2) }} {{ 'banana'.count('a', -3, -1) }} {{ 'abc'.count('', 1) }} {{ 'abc'.count('', 4) }} {{ 'abc'.find('', 3) }} {{ 'abc'.find('', 4) }} {{ 'banana'.rfind('a', 0, -1) }} {{ 'a🙂b🙂'.find('🙂', 2) }} {{ 'abc'.find('c', none, none) }}
{{ ('x',) | map(attribute='nope', default=none) | list }} {{ 'x' | default(missing) }}{{ missing | default(missing2) }}| {{ 'q' | int(missing) }}|
{% for class in [1] %}{% set int = class %}{{ int }}{% endfor %}{% set await = 1 %}{% set TemplateValue = 2 %}{% set TemplateFilters = 3 %}{% set System = 4 %}{% set Render = 5 %}{% set output2 = 6 %}{% set _ = 7 %}{% set var = 8 %}{% set nameof = 9 %}{{ await }}{{ TemplateValue }}{{ TemplateFilters | abs }}{{ System }}{{ Render }}{{ output2 }}{{ _ }}{{ var }}{{ nameof }}{% macro TemplateLoop(async) %}{{ async }}{% for kept in [1] %}{{ loop.index }}{{ 0 < kept | abs < 5 }}{% else %}x{% endfor %}{% endmacro %}{{ TemplateLoop('q') }}{% for isEmpty in [1] %}{{ isEmpty }}{% else %}e{% endfor %}
{{ 9223372036854775807 }} {{ -9223372036854775807 }} {{ - -9223372036854775807 + 1 }} {{ -9223372036854775807 - 1 }} {{ 2147483647 + 1 }} {{ -2147483648 }} {{ - -2147483648 }} {{ 2147483648 * 4294967296 }} {{ [1, 2][-2147483648] }}| {{ 1e308 }} {{ 1e-320 }} {{ 5e-324 }} {{ 0x7FFFFFFFFFFFFFFF }}
{{ 0.1 + 0.2 }} {{ 1e308 * 10 }} {{ 2147483648 % 1e-7 }} {{ -7.5 // 2 }} {{ 7.5 // -2 }} {{ -0.0 % 3 }} {{ 5.5 % -2 }} {{ 1e16 // 0.1 }} {{ 9007199254740993 / 3 }} {{ big / 7 }} {{ big + 0.5 }} {{ 9007199254740993 == 9007199254740992.0 }} {{ 9007199254740993 > 9007199254740992.0 }} {{ big > 1e22 }} {{ 10 ** 400 > 1.5 }} {{ 3 ** -2 }} {{ (10 ** 30) | float }}
{% set ns = namespace(k=0) %}{% macro next() %}{% set ns.k = ns.k + 1 %}{{ ns.k }}{% endmacro %}{{ 0 < next() | int < 5 }}{{ ns.k }} {{ 0 < next() | int < next() | int < next() | int }}{{ ns.k }} {{ 9 < next() | int < next() | int }}{{ ns.k }} {{ 1 < n < 9 }} {{ 1 < n < n }} {{ n < n }} {{ n == n != n }} {{ 'a' in words in [words] }} {{ 1 not in [2] not in [[3]] }}
{% for i in [1, 2, 3] %}{{ loop['index'] }}{{ loop.cycle('a', 'b') }}{{ loop.changed(i > 1) }}{% if not loop.last %}, {% endif %}{% endfor %}
""".strip("\n")

# Snippets that fail, with messages of Python's own.
FAILURES = r"""
{{ missing | int }}
{{ missing | float }}
{{ (1 if no) | int(5) }}
{{ 'inf' | int }}
{{ 10 ** 400 / 2 }}
{{ 10 ** 400 + 1.5 }}
{{ 0 ** -1 }}
{{ 10.0 ** 400 }}
{{ (x * 1e308) | round(1, 'floor') }}
{% filter length %}abc{% endfilter %}
{{ 5 | indent }}
{{ true | truncate(5) }}
{{ user[1:] }}
{{ n[1:] }}
{{ name[missing:] }}
{{ numbers[:missing.x] if false else numbers[:missing] }}
{{ name.strip(missing) }}
{{ 'a b'.split(missing) }}
{{ name.upper(1) }}
{{ user.get() }}
{{ name.startswith() }}
{{ name.center() }}
{{ name.split(sep=' ', foo=1) }}
{{ user.items(1) }}
{{ range() }}
{{ dict(1, 2) }}
{{ namespace({}, {}) }}
{{ {[1]: 2} }}
{{ {{}: 2} }}
{{ 'a' if n is odd in [true] }}
{{ n is number is defined }}
{% macro none(a) %}{% endmacro %}
{% macro m(true) %}{% endmacro %}
{% for i in [1, 2] %}{{ loop.cycle() }}{% endfor %}
""".strip("\n")

# A snippet is one line; these are of several.
BLOCKS = [
    "  {% if yes %}  \n    a\n  {% endif %}  \nb",
    "b\n{%- if yes -%}   c   {%- endif -%}   d\n",
    "  {%+ if yes %} e {% endif +%}\nf",
    "{# comment #}\ng {# inline #} h\n  {#- strip -#}   i\n",
    "x\n\n{{- ' j ' -}}   k {{ 'l' }}\nm\n\n",
    "{% raw %}{{ not }} {% rendered %}{% endraw %}\n  {%- raw -%}   x   {%- endraw -%}   y",
    "a\n  {% raw %}\n b\n  {% endraw %}\nc",
    "{% for i in numbers -%}\n  {{ i }}\n{%- endfor %}\n!",
    "{% for i in numbers %}\n    {{ i }}\n{% endfor %}\nend\n",
    "a\r\n{% if yes %}\r\nb\rc\r\n{% endif %}\r\n",
    "\n\n  {%- set a = 1 %}\n{%- if a %}\n\n  x\n{% endif %}",
    "\t{% set a = 1 %}\t{% set b = 2 %}\nx",
    "{{ 'a\nb' }}\n{{ [1,\n 2] }}",
    "{%- for m in messages %}\n    {%- if m.role == 'user' %}\n        {{- '<|im_start|>' + m.role + '\\n' }}\n    {%- endif %}\n{%- endfor %}\n",
    "{#\n multi\n line\n#}\n\nx\n{#+ keep #}\ny\n  {# z +#}\n",
    "{%   if   yes   %}a{%endif%}{{n}}{{-n-}}",
    "",
    "\n",
    "plain text with { braces } and {single",
]


def main():
    env = environment(NOW)
    templates = [line for line in SNIPPETS.split("\n") if line.strip()] + BLOCKS
    results = [render(env, template, VARIABLES) for template in templates]
    for failure in FAILURES.split("\n"):
        assert "error" in render(env, failure, VARIABLES), failure
        results.append({"template": failure, "fails": True})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "snippets.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"now": NOW.isoformat(), "variables": VARIABLES, "snippets": results}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    print(f"{len(results)} snippets, {sum('text' not in result for result in results)} of them errors")


if __name__ == "__main__":
    main()
