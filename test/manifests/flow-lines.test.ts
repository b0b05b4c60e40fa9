import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinFlowLines } from '../../src/manifests/flow-lines.ts'
import { valueAt } from '../../src/manifests/node.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'

const head = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: till\n'

/** Texts of `spec.lanes`, and the codes of what is wrong. */
function lanesOf(spec: string): unknown {
  const parsed = parseManifests({ path: 'till.yaml', text: `${head}spec:\n${spec}` })
  const lanes = parsed.resources[0] && valueAt(parsed.resources[0].node, 'spec', 'lanes')
  const texts =
    lanes?.kind === 'sequence'
      ? lanes.items.map((item) => (item.kind === 'scalar' ? item.value : item.kind))
      : lanes?.kind
  return { lanes: texts, problems: parsed.diagnostics.map(({ code }) => code) }
}

const readable: readonly { readonly name: string; readonly spec: string }[] = [
  { name: 'a closing bracket below its key', spec: '  lanes: [\n    one,\n    two\n  ]\n' },
  { name: 'lines that begin with a tab', spec: '  lanes: [\n\t"one",\n\t"two"\n  ]\n' },
  { name: 'windows line ends', spec: '  lanes: [\r\n    one,\r\n    two\r\n  ]\r\n' },
  { name: 'lines further left than the key', spec: '  lanes: [one,\ntwo]\n' },
  {
    name: 'comments and blank lines in between',
    spec: '  lanes: [ # first\n    one, # "second\n\n    # last ]\n    two\n  ]\n',
  },
  { name: 'brackets and hashes in quotes', spec: "  note: 'a [ # b'\n  lanes: [\n    one,\n    two\n  ]\n" },
  { name: 'a bracket in a plain text', spec: '  note: see [1\n  lanes: [\n    one,\n    two\n  ]\n' },
  {
    name: 'a block scalar with brackets before it',
    spec: '  note: |\n    a: [\n    b,\n  lanes: [\n    one,\n    two\n  ]\n',
  },
  {
    name: 'a block scalar in a list before it',
    spec: '  notes:\n    - text: |\n        [ a,\n      more: x\n  lanes: [\n    one,\n    two\n  ]\n',
  },
]

test.each(readable)('$name', ({ spec }) => {
  expect(lanesOf(spec)).toEqual({ lanes: ['one', 'two'], problems: [] })
})

describe('joining', () => {
  test('keeps every offset', () => {
    const text = 'a: [\n  1, # one\n]\nb: |\n  [\n  x\nc: 2\n'
    const joined = joinFlowLines(text) ?? ''
    expect(joined).toHaveLength(text.length)
    expect(joined.slice(joined.indexOf(']'))).toBe(text.slice(text.indexOf(']')))
  })

  test('ends on any text, of the same length', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ': ',
      'a',
      '- ',
      '\n',
      '  ',
      '#',
      '"',
      "'",
      '|\n',
      '&x',
      '\t',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        expect(joinFlowLines(text)?.length ?? text.length).toBe(text.length)
      }),
      { numRuns: 1000 },
    )
  })

  test('leaves text without such collections alone', () => {
    expect(joinFlowLines('a: [1, 2]\nb: x, [\n')).toBeUndefined()
  })

  test.each(['[', 'a: {', '"', 'a: [#\n', "a: ['\n", '&', 'a: |', '\t[\n\t', '- - [\n'])('ends on %j', (text) => {
    expect(joinFlowLines(text)?.length ?? text.length).toBe(text.length)
  })
})

test('a block indented by a tab is refused, as everywhere', () => {
  expect(lanesOf('\tlanes: [one]\n')).toMatchObject({ problems: ['document-unparsable'] })
})
