import { describe, expect, test } from 'vitest'
import type { YamlNode } from '../../src/manifests/node.ts'
import { parseYaml } from '../../src/manifests/parse-yaml.ts'
import { booleanAt, integerAt, labelsAt, type ReadContext, stringAt } from '../../src/manifests/reader.ts'
import type { Diagnostic } from '../../src/source/diagnostic.ts'
import { textOf } from '../../src/source/span.ts'

/** Reads from a text and says what was reported, as `code: marked text`. */
function reading<T>(text: string, read: (context: ReadContext, node: YamlNode) => T) {
  const file = { path: 'shop.yaml', text }
  const root = parseYaml(file)[0]?.root
  if (root === undefined) throw new Error('the document was not read')
  const problems: Diagnostic[] = []
  const value = read({ file, report: (problem) => problems.push(problem) }, root)
  return { value, problems: problems.map(({ code, span }) => `${code}: ${textOf(span)}`) }
}

describe('fields', () => {
  test.each([
    ['missing', 'spec: {}'],
    ['null', 'spec: {name: }'],
    ['below something missing', 'kind: Pod'],
  ])('a field that is %s is not set', (_, text) => {
    expect(reading(text, (context, node) => stringAt(context, node, 'spec', 'name'))).toEqual({
      value: undefined,
      problems: [],
    })
  })

  test.each([
    ['a string where a number belongs', 'port: "80"', 'field-type: "80"'],
    ['a fraction', 'port: 80.5', 'field-type: 80.5'],
    ['a quoted template', 'port: "{{ .Values.port }}"', 'template-value: "{{ .Values.port }}"'],
    ['an unquoted template', 'port: {{ .Values.port }}', 'template-value: {{ .Values.port }}'],
    ['a shell variable', 'port: ${PORT}', 'template-value: ${PORT}'],
  ])('%s is unknown and reported', (_, text, problem) => {
    const { value, problems } = reading(text, (context, node) => integerAt(context, node, 'port'))
    expect(value).toMatchObject({ known: false })
    expect(problems).toEqual([problem])
  })

  test('an octal port is read as Kubernetes reads it, and reported', () => {
    const { value, problems } = reading('port: 0777', (context, node) => integerAt(context, node, 'port'))
    expect(value).toMatchObject({ known: true, value: 511 })
    expect(problems).toEqual(['ambiguous-scalar: 0777'])
  })

  test('a holder that is no object makes what is below unknown', () => {
    const { value, problems } = reading('spec: [a]', (context, node) => booleanAt(context, node, 'spec', 'hostNetwork'))
    expect(value).toMatchObject({ known: false })
    expect(problems).toEqual(['field-type: [a]'])
  })
})

describe('labels', () => {
  const labelsOf = (text: string) => reading(text, (context, node) => labelsAt(context, node, 'labels'))

  test('are strings with the place of their entry', () => {
    const { value, problems } = labelsOf('labels: {app: web, tier: "1"}')
    expect([...value.values].map(([key, { value, span }]) => [key, value, textOf(span)])).toEqual([
      ['app', 'web', 'app: web'],
      ['tier', '1', 'tier: "1"'],
    ])
    expect(problems).toEqual([])
  })

  test.each([
    ['a boolean of YAML 1.1', 'labels: {live: yes}', 'label-not-string: yes'],
    ['a number', 'labels: {live: 1.20}', 'label-not-string: 1.20'],
    ['a template', 'labels: {live: "{{ .x }}"}', 'template-value: "{{ .x }}"'],
  ])('%s leaves the key with an unknown value', (_, text, problem) => {
    const { value, problems } = labelsOf(text)
    expect([...value.unknownKeys]).toEqual(['live'])
    expect(value.values.size).toBe(0)
    expect(problems).toEqual([problem])
  })

  test('no value is the empty string, and reported', () => {
    const { value, problems } = labelsOf('labels: {app: }')
    expect(value.values.get('app')?.value).toBe('')
    expect(problems).toEqual(['label-not-string: '])
  })

  test('a key such as y becomes true, as in Kubernetes, and is reported', () => {
    const { value, problems } = labelsOf('labels: {y: "1"}')
    expect([...value.values.keys()]).toEqual(['true'])
    expect(problems).toEqual(['ambiguous-scalar: y'])
  })

  test('a template that may add keys makes the rest uncertain', () => {
    expect(labelsOf('labels: {{ .Values.labels }}').value.complete).toBe(false)
  })

  test('of a key written twice the last counts', () => {
    expect(labelsOf('labels: {app: web, app: api}').value.values.get('app')?.value).toBe('api')
  })
})
