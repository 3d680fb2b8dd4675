import { execFileSync } from 'node:child_process'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderTemplate } from '../../src/buildFile/render.js'

const context = {
  global: { cloud: 'gcp', docker_prefix: 'a/b/c', empty: '' },
  deploy: false,
  scope: 'test',
  nothing: null,
  count: 3,
  code: { sha: 'abc', target_sha: 'def', developers: [{ username: 'alice' }, { username: 'bob' }] },
}

const CASES: ReadonlyArray<string> = [
  'plain {{ code.sha }}\n',
  "{{ global.docker_prefix.split('/')[0] }}",
  '{% if global.cloud == "gcp" %}\nyes\n{% else %}\nno {{ undefined_name }}\n{% endif %}\nend\n',
  '  {% if not deploy %}\n  x\n  {% endif %}\n',
  "{% for user in code['developers'] %}\necho {{ user['username'] }} {{ loop.index }}\n{% endfor %}\n",
  '{{ code.get("missing", []) }} {{ code.get("sha") }}',
  "{% if 'target_sha' in code %}t{% endif %}",
  "{% if code.get('x') is not none %}t{% else %}f{% endif %}",
  '{% raw %}{{ not.this }}{% endraw %}',
  '{{ deploy }} {{ nothing }} {{ count }} {{ [1, "a", true] }}',
  '{{ code.developers[-1].username }}',
  '{{ global.empty or "default" }}\n\n',
  '{% set x = code.sha %}{{ x }}{{ x | upper }}',
  '{% for k in range(2, 5) %}{{ k }}{% endfor %}',
  '{# comment #}a{{ "b" ~ count }}',
  '{{ code.developers | length }} {{ "a b".split() }}',
  '{# comment #}\na\n  {# of\ntwo lines #}\nb {# here #}\nc\n',
  '{% raw %}\n{{ x }}\n{% endraw %}\ny\n',
  '{{ True }} {{ False }} {{ None }}',
  'no template: ${array[1]} {x} %}\n\n',
]

const python = (() => {
  try {
    execFileSync('python3', ['-c', 'import jinja2'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('skipped: the comparison with Jinja2 needs python3 with jinja2')
    return false
  }
})()

const EXPECTED: ReadonlyArray<string> = [
  'plain abc',
  'a',
  'yes\nend',
  '  x\n',
  'echo alice 1\necho bob 2\n',
  '[] abc',
  't',
  'f',
  '{{ not.this }}',
  "False None 3 [1, 'a', True]",
  'bob',
  'default\n',
  'abcABC',
  '234',
  'ab3',
  "2 ['a', 'b']",
  'a\nb c',
  '\n{{ x }}\ny',
  'True False None',
  'no template: ${array[1]} {x} %}\n',
]

test('templates render as Jinja2 renders them', () => {
  expect(CASES.map((template) => renderTemplate(template, context))).toEqual(
    EXPECTED.map((text) => E.right(text)),
  )
})

test.skipIf(!python)('Jinja2 itself agrees', () => {
  const script = `
import json, sys, jinja2
cases, context = json.load(sys.stdin)
env = dict(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
print(json.dumps([jinja2.Template(c, **env).render(**context) for c in cases]))`
  const answer = execFileSync('python3', ['-c', script], { input: JSON.stringify([CASES, context]) })
  expect(JSON.parse(answer.toString())).toEqual(EXPECTED)
})

const failure = (template: string) => {
  const rendered = renderTemplate(template, context)
  return E.isLeft(rendered) ? rendered.left : undefined
}

test('an undefined name is named in full, with its line', () => {
  expect(failure('a\n{{ code.nope }}')).toMatchObject({ code: 'undefined-name', name: 'code.nope', line: 2 })
  expect(failure('{{ nope }}')).toMatchObject({ name: 'nope', line: 1 })
  expect(failure('{% if nope %}{% endif %}')).toMatchObject({ name: 'nope' })
  expect(failure('{% if global.nope == "x" %}{% endif %}')).toMatchObject({ name: 'global.nope' })
  expect(failure("{{ code['developers'][7] }}")).toMatchObject({ name: 'code.developers.7' })
})

test('a bad template is an error, not an exception', () => {
  expect(failure('{% if %}')).toMatchObject({ code: 'bad-template' })
  expect(failure('a\nb {{ x')).toMatchObject({ code: 'bad-template' })
  expect(failure('{% include "other" %}')).toMatchObject({ code: 'bad-template' })
})

test("a template reaches neither JavaScript nor the service's time", () => {
  for (const attack of [
    '{{ constructor }}',
    '{{ "".constructor.constructor("return process")() }}',
    '{{ range.constructor("return process")() }}',
    '{{ code.__proto__ }}',
    '{{ code.get.constructor }}',
    '{{ code.developers.constructor }}',
    '{{ toString }}',
    '{{ code.hasOwnProperty("x") }}',
    '{{ cycler.constructor }}',
  ])
    expect([attack, failure(attack)?.code]).toEqual([attack, 'undefined-name'])
  const nested =
    '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}'.concat(
      '{% endfor %}{% endfor %}',
    )
  expect(failure(nested)?.sentence).toContain('does too much')
  expect(failure('{{ range(1000000000) }}')?.sentence).toContain('does too much')
})

test('any text at all either renders or is an error', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom('{{', '}}', '{%', '%}', ' if ', ' for x in code ', 'code', '.sha', '|', '('),
          fc.string(),
        ),
      ),
      (parts) => {
        const rendered = renderTemplate(parts.join(''), context)
        return E.isLeft(rendered) || typeof rendered.right === 'string'
      },
    ),
  )
})
