import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** `name: '17. …'`, `test('17. …`, `])('17. …`, `['17. …`, with the row of a table of refusals behind it: `'75. V6 …'`, `'V9 …'`. */
const numbered = /(?:\bname: |\btest\(|\)\(|\[)['"`](?:(\d+)\. )?(?:([AVS]\d+) )?/g

const root = join(import.meta.dirname, '..')
const files = globSync('{policies,model,manifests,delta}/*.test.ts', { cwd: root })
/** Tests of kinds that number their own cases; all others speak of Kubernetes itself. */
const owners = ['admin', 'cilium', 'calico'] as const
const isOf = (owner: (typeof owners)[number]) => (path: string) => basename(path).startsWith(owner)

/** Numbers of cases and names of rows in the names of the tests of some files. */
function namedIn(chosen: readonly string[]): ReadonlySet<string> {
  const found = chosen.flatMap((path) => {
    const matches = readFileSync(join(root, path), 'utf8').matchAll(numbered)
    return [...matches].flatMap(([, number, row]) => [number ?? [], row ?? []].flat())
  })
  return new Set(found)
}

const upTo = (last: number, prefix = ''): string[] =>
  Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`)

/** What is numbered in docs/policies: edge cases, and rows of what the API server refuses. */
describe('every numbered case is a test that names it', () => {
  const kubernetes = namedIn(files.filter((path) => !owners.some((owner) => isOf(owner)(path))))
  const admin = namedIn(files.filter(isOf('admin')))
  const cilium = namedIn(files.filter(isOf('cilium')))
  const calico = namedIn(files.filter(isOf('calico')))

  test.each([
    ['edge cases of NetworkPolicy, workloads and the ways in', upTo(151), kubernetes],
    ['refusals of NetworkPolicy', upTo(17, 'V'), kubernetes],
    ['refusals of Service', upTo(13, 'S'), kubernetes],
    ['edge cases of admin policies', upTo(70), admin],
    ['refusals of admin policies', upTo(17, 'A'), admin],
    ['edge cases of Cilium', upTo(86), cilium],
    ['edge cases of Calico', upTo(76), calico],
  ])('%s', (_, expected, named) => {
    expect(expected.filter((number) => !named.has(number))).toEqual([])
  })
})
