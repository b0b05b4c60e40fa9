import { describe, expect, test } from 'vitest'
import { entryOf, type MappingNode, type SequenceNode, valueAt } from '../../src/manifests/node.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import {
  appendItem,
  blockDocument,
  insertEntry,
  insertItem,
  joinItems,
  scalar,
  setValue,
} from '../../src/rules/edit.ts'
import type { TextEdit } from '../../src/rules/finding.ts'

/** A policy of the shop as a file, and its `spec`. */
function policy(spec: string) {
  const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: payments}\nspec:\n${spec}`
  return document(text)
}

function document(text: string) {
  const file = { path: 'policies/payments.yaml', text }
  const [resource] = parseManifests(file).resources
  return { file, spec: valueAt(resource?.node, 'spec') as MappingNode }
}

function applied(edits: readonly TextEdit[]): string {
  const text = edits[0]?.span.file.text ?? ''
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((found, { span, text: put }) => found.slice(0, span.start) + put + found.slice(span.end), text)
}

/** What an edit makes of the spec. */
const specAfter = (...edits: TextEdit[]): string => applied(edits).split('spec:\n')[1] ?? ''

describe('adding an entry', () => {
  test('behind another one, after its comment', () => {
    const { file, spec } = policy('  podSelector: {} # all of them\n  egress: []\n')
    const entry = entryOf(spec, 'podSelector')
    if (entry === undefined) throw new Error('podSelector is written')
    const edit = insertEntry(file, spec, { entry, side: 'after' }, ['policyTypes', ['Ingress', 'Egress']])
    expect(specAfter(edit)).toBe(
      '  podSelector: {} # all of them\n  policyTypes:\n    - Ingress\n    - Egress\n  egress: []\n',
    )
  })

  test('at the end of a file without a line break', () => {
    const { file, spec } = policy('  podSelector: {}')
    const entry = entryOf(spec, 'podSelector')
    if (entry === undefined) throw new Error('podSelector is written')
    expect(specAfter(insertEntry(file, spec, { entry, side: 'after' }, ['policyTypes', ['Egress']]))).toBe(
      '  podSelector: {}\n  policyTypes:\n    - Egress',
    )
  })

  test('keeps the line breaks of the file', () => {
    const { file, spec } = document(
      'apiVersion: networking.k8s.io/v1\r\nkind: NetworkPolicy\r\nspec:\r\n  egress: []\r\n',
    )
    const entry = entryOf(spec, 'egress')
    if (entry === undefined) throw new Error('egress is written')
    const text = applied([insertEntry(file, spec, { entry, side: 'before' }, ['policyTypes', ['Egress']])])
    expect(text.replaceAll('\r\n', '')).not.toContain('\n')
    expect(text).toContain('spec:\r\n  policyTypes:\r\n    - Egress\r\n  egress: []\r\n')
  })

  test('into JSON with quoted keys', () => {
    const { file, spec } = document(
      '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"egress": []}}',
    )
    const entry = entryOf(spec, 'egress')
    if (entry === undefined) throw new Error('egress is written')
    const text = applied([insertEntry(file, spec, { entry, side: 'before' }, ['policyTypes', ['Egress']])])
    expect(JSON.parse(text)).toMatchObject({ spec: { policyTypes: ['Egress'], egress: [] } })
  })
})

describe('lists', () => {
  const listAt = (spec: MappingNode, name: string): SequenceNode => valueAt(spec, name) as SequenceNode

  test.each([
    {
      name: 'block',
      before: '  policyTypes:\n  - Ingress # in\n',
      after: '  policyTypes:\n  - Ingress # in\n  - Egress\n',
    },
    { name: 'brackets', before: '  policyTypes: [Ingress] # in\n', after: '  policyTypes: [Ingress, Egress] # in\n' },
    { name: 'empty', before: '  policyTypes: []\n', after: '  policyTypes: [Egress]\n' },
  ])('an item at the end: $name', ({ before, after }) => {
    const { file, spec } = policy(before)
    expect(specAfter(appendItem(file, listAt(spec, 'policyTypes'), 'Egress'))).toBe(after)
  })

  test('an item behind another, as deep as that one', () => {
    const { file, spec } = policy('  ingress:\n  -   ports: [] # none\n  -   ports: []\n')
    const list = listAt(spec, 'ingress')
    const [first] = list.items
    if (first === undefined) throw new Error('a rule is written')
    expect(specAfter(insertItem(file, list, first, { from: [{ podSelector: {} }], ports: [] }))).toBe(
      '  ingress:\n  -   ports: [] # none\n  -   from:\n        - podSelector: {}\n      ports:\n  -   ports: []\n',
    )
  })

  test.each([
    { name: 'block', before: '  - a: 1 # one\n  - b: 2\n', after: '  - a: 1 # one\n    b: 2\n' },
    { name: 'brackets in a block', before: '  - {a: 1}\n  - {b: {c: 2}}\n', after: '  - a: 1\n    b: {c: 2}\n' },
    { name: 'mixed', before: '  - a: 1\n  - {b: 2} # two\n', after: '  - a: 1\n    b: 2 # two\n' },
  ])('two items into one: $name', ({ before, after }) => {
    const { file, spec } = policy(`  ingress:\n${before}`)
    const list = listAt(spec, 'ingress')
    const [first, second] = list.items as [MappingNode, MappingNode]
    expect(specAfter(...(joinItems(file, list, first, second) ?? []))).toBe(`  ingress:\n${after}`)
  })

  test('brackets over several lines are not taken apart', () => {
    const { file, spec } = policy('  ingress:\n  - {a: 1}\n  - {b:\n      2}\n')
    const list = listAt(spec, 'ingress')
    const [first, second] = list.items as [MappingNode, MappingNode]
    expect(joinItems(file, list, first, second)).toBeUndefined()
  })
})

test('a value in place of nothing keeps what stands behind the colon', () => {
  const { file, spec } = policy('  egress: # later\n  podSelector: {}\n')
  const entry = entryOf(spec, 'egress')
  if (entry === undefined) throw new Error('egress is written')
  expect(specAfter(setValue(file, spec, entry, [{ to: [] }]))).toBe('  egress:\n    - to: # later\n  podSelector: {}\n')
})

test.each([
  ['web', 'web'],
  ['kubernetes.io/metadata.name', 'kubernetes.io/metadata.name'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['fd00::/8', '"fd00::/8"'],
  ['yes', '"yes"'],
  ['1.20', '"1.20"'],
  ['0x1f', '"0x1f"'],
  ['', '""'],
  ['a: b', '"a: b"'],
])('text %s is written %s', (text, written) => {
  expect(scalar(text, false)).toBe(written)
})

test('a document is read back as what was written', () => {
  const written = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'on' },
    spec: { podSelector: {} },
  }
  const [resource] = parseManifests({ path: 'p.yaml', text: blockDocument(written) }).resources
  expect(resource?.name.value).toBe('on')
  expect(valueAt(resource?.node, 'spec', 'podSelector')).toMatchObject({ kind: 'mapping', entries: [] })
})
