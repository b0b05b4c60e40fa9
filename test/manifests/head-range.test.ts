import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headRange } from '../../src/manifests/head-range.ts'
import { defaultLimits } from '../../src/manifests/limits.ts'
import { type Extent, parseManifests } from '../../src/manifests/parse-manifests.ts'

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: prices\n  namespace: shop\n'

/** The part that is read; undefined for the whole document. */
function partOf(text: string): string | undefined {
  const part = headRange(text, { start: 0, end: text.length })
  return part && text.slice(part.start, part.end)
}

describe('the head is enough', () => {
  test.each([
    ['settings', `${head}data:\n  currency: euro\n`],
    ['kind first, windows line ends', `kind: Secret\r\napiVersion: v1\r\nmetadata:\r\n  name: key\r\ntype: Opaque\r\n`],
    ['a marker, comments and blank lines', `---\n# prices\n\n${head}  # its own\n\ndata: {}\n`],
    ['a kind nobody here knows', `${head.replace('v1', 'shop.example/v2').replace('ConfigMap', 'Till')}spec: {}\n`],
    ['a list in column 1', `${head}subjects:\n- kind: ServiceAccount\n  name: clerk\n# end\n`],
  ])('%s', (_, text) => {
    expect(partOf(text)).toBe(text.slice(0, text.search(/^(?:data|type|spec|subjects):/m)))
  })
})

describe('the whole document is read', () => {
  test.each([
    ['a kind that matters', `${head.replace('ConfigMap', 'Service')}spec: {}\n`],
    ['a kind that is consulted', head.replace('v1', 'apiregistration.k8s.io/v1').replace('ConfigMap', 'APIService')],
    ['a second kind', `${head}data: {}\nkind: Service\n`],
    ['a second kind in quotes', `${head}data: {}\n"kind": Service\n`],
    ['a second kind as an explicit key', `${head}data: {}\n? kind\n: Service\n`],
    ['a second kind behind a tag', `${head}data: {}\n!!str kind: Service\n`],
    ['a second name', `${head}data: {}\nmetadata: {name: other}\n`],
    ['a merge key', `${head}data: {}\n<<: {kind: Service}\n`],
    ['items', `${head}items: []\n`],
    ['a patch', `${head}$patch: delete\n`],
    ['text in column 1', `${head}data:\n  text: "one\ntwo"\n`],
    ['a template', `${head}{{- range .Values.prices }}\ndata: {}\n{{- end }}\n`],
    ['a quoted kind', `${head.replace('ConfigMap', '"ConfigMap"')}data: {}\n`],
    ['a kind that goes on in the next line', `${head.replace('ConfigMap', 'ConfigMap\n  Service')}data: {}\n`],
    ['a kind that is no text', `${head.replace('ConfigMap', 'Yes')}data: {}\n`],
    ['metadata in brackets', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: prices}\ndata: {}\n'],
    ['data in front of metadata', 'apiVersion: v1\nkind: ConfigMap\ndata: {}\nmetadata:\n  name: prices\n'],
    ['nothing behind the head', head],
  ])('%s', (_, text) => expect(partOf(text)).toBeUndefined())
})

test('brackets that stay open at the end of the head are read with what follows', () => {
  const text = `${head}  labels: {a: b,\nc: d}\ndata: {}\n`
  const { resources, diagnostics } = parseManifests({ path: 'prices.yaml', text })
  expect(resources.map(({ name }) => name.value)).toEqual(['prices'])
  expect(diagnostics).toEqual([])
})

test('a mistake in the body of a kind without a say is left to others; one in its head is told', () => {
  const codes = (text: string, extent: Extent = 'what-matters'): string[] =>
    parseManifests({ path: 'prices.yaml', text }, defaultLimits, extent).diagnostics.map(({ code }) => code)
  expect(codes(`${head}data:\n  a: "\n`)).toEqual([])
  expect(codes(`${head}data:\n  a: "\n`, 'whole')).toEqual(['document-unparsable'])
  expect(codes(`${head}  labels: [\ndata:\n  a: b\n`)).toEqual(['document-unparsable'])
  expect(codes(`${head.replace('ConfigMap', 'Service')}spec:\n  a: "\n`)).toEqual(['document-unparsable'])
})

test('documents that are well-formed are the same objects either way', () => {
  const line = fc.constantFrom(
    'kind: Service',
    'apiVersion: apps/v1',
    'metadata: {name: other}',
    '  namespace: front',
    '  labels:',
    '    app: till',
    'data:',
    '  price: "1"',
    '- kind: Service',
    'items:',
    '- {apiVersion: v1, kind: Service, metadata: {name: till}}',
    'note: |',
    '  kind: Service',
    '# kind: Service',
    '',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = `${head}${lines.join('\n')}\n`
      const whole = parseManifests({ path: 'prices.yaml', text })
      if (whole.gaps.length > 0) return
      const read = parseManifests({ path: 'prices.yaml', text }, defaultLimits, 'what-matters')
      const shown = (file: typeof read): unknown =>
        file.resources.map(({ group, kind, name, namespace }) => [group, kind, name.value, namespace?.value])
      expect(shown(read)).toEqual(shown(whole))
      expect(read.others).toEqual(whole.others)
    }),
    { numRuns: 500 },
  )
})
