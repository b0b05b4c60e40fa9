import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node, parseAllDocuments, stringify } from 'yaml'
import { defaultLimits } from '../../src/manifests/limits.ts'
import { type MappingNode, valueAt, type YamlNode } from '../../src/manifests/node.ts'
import { parseYaml } from '../../src/manifests/parse-yaml.ts'
import type { SourceFile } from '../../src/source/source-file.ts'

function rootOf(text: string): YamlNode {
  const root = parseYaml({ path: 'shop.yaml', text })[0]?.root
  if (root === undefined) throw new Error('the document was not read')
  return root
}

function problemIn(text: string, limits = defaultLimits) {
  const document = parseYaml({ path: 'shop.yaml', text }, limits).find(({ root }) => root === undefined)
  return document?.root === undefined ? document?.problem : undefined
}

/** Values of a tree, with the last of two entries of a name, as plain data. */
function dataOf(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'sequence') return node.items.map(dataOf)
  return new Map(node.entries.map((entry) => [entry.name, dataOf(entry.value)]))
}

const written = (text: string, node: YamlNode | undefined) => text.slice(node?.start, node?.end)

/** Start of every node, and end of those that are no block collection, in the order they are written. */
function places(node: YamlNode, text: string, found: string[] = []): string[] {
  const isFlow = node.kind !== 'scalar' && '{['.includes(text.charAt(node.start))
  found.push(node.kind === 'scalar' || isFlow ? `${node.kind} ${node.start}-${node.end}` : `${node.kind} ${node.start}`)
  if (node.kind === 'sequence') for (const item of node.items) places(item, text, found)
  if (node.kind === 'mapping') {
    for (const { key, value } of node.entries) {
      places(key, text, found)
      places(value, text, found)
    }
  }
  return found
}

function placesByOracle(node: Node, text: string, found: string[] = []): string[] {
  const [start = 0, end = 0] = node.range ?? []
  if (isScalar(node)) found.push(`scalar ${start}-${end}`)
  if (isCollection(node)) {
    const kind = isMap(node) ? 'mapping' : 'sequence'
    found.push('{['.includes(text.charAt(start)) ? `${kind} ${start}-${end}` : `${kind} ${start}`)
    for (const item of node.items) {
      for (const part of isPair(item) ? [item.key, item.value] : [item]) placesByOracle(part as Node, text, found)
    }
  }
  if (isAlias(node) || (!isScalar(node) && !isSeq(node) && !isMap(node))) throw new Error('not compared')
  return found
}

function expectSamePlaces(text: string) {
  const oracle = parseAllDocuments(text) as { contents: Node | null }[]
  const roots = parseYaml({ path: 'shop.yaml', text }).flatMap(({ root }) => (root === undefined ? [] : [root]))
  const expected = oracle.flatMap(({ contents }) => (contents === null ? [] : [placesByOracle(contents, text)]))
  expect(roots.map((root) => places(root, text))).toEqual(expected)
}

const policy = `# who may pay
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: 'payments', "namespace": shop}   # flow
spec:
  podSelector:
    matchLabels:
      app: payments
  ingress:
  - from:
    - podSelector: {matchLabels: {app: checkout, }}
    -   namespaceSelector: {}
    ports: [ {port: 8080, protocol: TCP} , { port: 9090 } ]
  note: |
    two
    lines
  folded: >-   # comment
    one
    line
  plain: several
    words
---
- - a
  - 'it''s'
- ? b
  : "c\\n😀"
`

describe('places of nodes', () => {
  test('are those the yaml package finds, in a handwritten file', () => {
    expectSamePlaces(policy)
  })

  test('are the same with Windows line ends', () => {
    expectSamePlaces(policy.replaceAll('\n', '\r\n'))
  })

  test('are those the yaml package finds, in generated files', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}$/)
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 30 }), fc.constant('two\nlines\n'))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }),
      ),
    }))
    const style = fc.record({
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
      indentSeq: fc.boolean(),
      lineWidth: fc.constantFrom(0, 20),
      defaultStringType: fc.constantFrom(
        'PLAIN' as const,
        'QUOTE_DOUBLE' as const,
        'QUOTE_SINGLE' as const,
        'BLOCK_FOLDED' as const,
      ),
      defaultKeyType: fc.constant('PLAIN' as const),
    })
    fc.assert(
      fc.property(fc.dictionary(key, tree, { minKeys: 1 }), style, (value, options) => {
        expectSamePlaces(stringify(value, { ...options, aliasDuplicateObjects: false }))
      }),
      { numRuns: 200 },
    )
  })

  test('quotes, brackets, block headers and anchors', () => {
    const text = 'a: "x"\nb: [1, 2 ] # end\nc: &policy |-\n  text\nd: !!str 5\ne: *policy\n'
    const root = rootOf(text)
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => written(text, valueAt(root, key)))).toEqual([
      '"x"',
      '[1, 2 ]',
      '|-\n  text\n',
      '5',
      '*policy',
    ])
    expect(valueAt(root, 'e')).toMatchObject({ value: 'text' })
  })

  test.each([
    ['a:\nb: 1\n', 2],
    ['a:   # nothing yet\nb: 1\n', 2],
    ['{a: , b: 1}\n', 3],
    ['{a, b: 1}\n', 2],
    ['? a\n:\n', 5],
  ])('a value that is not written has zero width behind its colon: %j', (text, place) => {
    expect(valueAt(rootOf(text), 'a')).toMatchObject({ value: null, start: place, end: place })
  })

  test('an item that is not written has zero width behind its dash', () => {
    const root = rootOf('- a\n-\n- b\n')
    expect(root.kind === 'sequence' && root.items[1]).toMatchObject({ value: null, start: 5, end: 5 })
  })

  test('a pair in a list is a mapping without braces', () => {
    const text = '[port: 80, {a: 1}]'
    const root = rootOf(text)
    expect(root.kind === 'sequence' && root.items.map((item) => written(text, item))).toEqual(['port: 80', '{a: 1}'])
  })
})

describe('documents', () => {
  test('a broken document does not hide the others', () => {
    const text = 'a: 1\n---\nb: [\n---\nc: 3\n'
    const documents = parseYaml({ path: 'shop.yaml', text })
    expect(documents.map(({ root }) => root && dataOf(root))).toEqual([
      new Map([['a', 1]]),
      undefined,
      new Map([['c', 3]]),
    ])
    expect(problemIn(text)).toMatchObject({ code: 'document-unparsable' })
  })

  test('places count from the start of the file', () => {
    const text = '# shop\n---\na: 1\n...\n---\nb: 2\n'
    const values = parseYaml({ path: 'shop.yaml', text }).flatMap(({ root }) =>
      root?.kind === 'mapping' ? root.entries : [],
    )
    expect(values.map(({ value }) => written(text, value))).toEqual(['1', '2'])
  })

  test.each([
    ['a marker inside a block scalar ends the document', 'a: |\n---\nb: 1\n', 2],
    ['a directive belongs to the document behind it', '%YAML 1.1\n# why\n---\na: 1\n', 1],
    ['content beside the marker', '--- {a: 1}\n--- {b: 1}\n', 2],
    ['a marker with text at once is no marker', 'a: 1\n---b: 2\n', 1],
    ['a byte order mark', '\uFEFF---\na: 1\n', 1],
  ])('%s', (_, text, count) => {
    expect(parseYaml({ path: 'shop.yaml', text })).toHaveLength(count)
  })

  test('JSON is read by the same parser', () => {
    const text = '{\n\t"kind": "Pod",\n\t"spec": {"ports": [80, 443]}\n}\n'
    expect(dataOf(rootOf(text))).toEqual(
      new Map<string, unknown>([
        ['kind', 'Pod'],
        ['spec', new Map([['ports', [80, 443]]])],
      ]),
    )
  })
})

describe('merge keys', () => {
  const merged = (text: string) => dataOf(valueAt(rootOf(text), 'web') as YamlNode)

  test.each([
    [
      'a key written below wins',
      'base: &base {app: shop, tier: front}\nweb: {<<: *base, app: web}',
      { tier: 'front', app: 'web' },
    ],
    ['kubectl lets a merge below a key win', 'web: {app: web, <<: {app: shop}}', { app: 'shop' }],
    ['of a list the first wins', 'web: {<<: [{app: a}, {app: b, tier: back}]}', { app: 'a', tier: 'back' }],
    ['a quoted one is a key like any other', 'web: {"<<": {app: a}}', { '<<': new Map([['app', 'a']]) }],
  ])('%s', (_, text, expected) => {
    expect(merged(text)).toEqual(new Map(Object.entries(expected)))
  })

  test('of something that is no mapping makes the document unreadable', () => {
    expect(problemIn('web: {<<: 5}')).toMatchObject({ code: 'document-unparsable' })
  })
})

describe('hostile documents', () => {
  test('an alias bomb stops at the limit of values', () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(', ')}]`,
    )
    expect(problemIn(`l0: &l0 [shop]\n${levels.join('\n')}\n`)).toMatchObject({ code: 'node-limit' })
  })

  test('many aliases stop at theirs', () => {
    expect(problemIn(`a: &a x\nb: [${Array(1001).fill('*a').join(', ')}]`)).toMatchObject({ code: 'alias-limit' })
  })

  test('depth is limited, also where aliases stack it', () => {
    expect(problemIn('['.repeat(5000))).toMatchObject({ code: 'depth-limit' })
    const deep = (inner: string) => `${'['.repeat(50)}${inner}${']'.repeat(50)}`
    expect(problemIn(`- &a ${deep('x')}\n- &b ${deep('*a')}\n- ${deep('*b')}\n`)).toMatchObject({ code: 'depth-limit' })
  })

  test.each([
    ['an alias inside its own anchor', 'a: &a [*a]'],
    ['an alias without an anchor', 'a: *b'],
    ['a NUL byte', 'a: "b\0c"'],
    ['a key that is a list', '? [a, b]\n: c'],
    ['a key that is null', '~: a'],
    ['a colon without a key', ': a'],
    ['a value that is not what its tag says', 'a: !!int shop'],
  ])('%s makes the document unreadable', (_, text) => {
    expect(problemIn(text)).toMatchObject({ code: 'document-unparsable' })
  })

  test('keys of the JavaScript kind are keys like any other', () => {
    const root = rootOf('__proto__: {app: evil}\nconstructor: 1\ntoString: 2\n') as MappingNode
    expect(root.entries.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(({} as Record<string, unknown>).app).toBeUndefined()
  })

  test('any text gives a tree or a problem, never a crash', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&a ',
      '*a',
      '|\n',
      '!!int ',
      '<<: ',
      '? ',
      '---\n',
      '#',
      ',',
      '\0',
      '\uFEFF',
      '%',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const file: SourceFile = { path: 'shop.yaml', text: pieces.join('') }
        for (const { root } of parseYaml(file)) if (root !== undefined) expectInside(root, file.text.length)
      }),
      { numRuns: 3000 },
    )
  })
})

function expectInside(node: YamlNode, length: number) {
  expect(node.start >= 0 && node.start <= node.end && node.end <= length).toBe(true)
  const children =
    node.kind === 'scalar' ? [] : node.kind === 'sequence' ? node.items : node.entries.flatMap((e) => [e.key, e.value])
  for (const child of children) expectInside(child, length)
}

test('a key that stands twice is noted once, with both entries kept', () => {
  const [document] = parseYaml({ path: 'shop.yaml', text: 'app: web\nport: 1\napp: api\n' })
  if (document?.root === undefined) throw new Error('the document was not read')
  expect(document.duplicates).toMatchObject([{ merged: false, entry: { name: 'app', key: { start: 17 } } }])
  expect((document.root as MappingNode).entries).toHaveLength(3)
})
