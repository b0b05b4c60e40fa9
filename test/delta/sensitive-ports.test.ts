import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sensitivePorts } from '../../src/delta/sensitive-ports.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8')

/** Port numbers of the page's table, ranges written out. */
const listed = page
  .split('\n')
  .filter((line) => /^\| [a-z, ]+ \| (?:[a-z ]+: )?\d/.test(line))
  .flatMap((line) => [...line.matchAll(/(\d+)(?:-(\d+))?/g)])
  .flatMap(([, first, last = first]) => range(Number(first), Number(last)))

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

const known = sensitivePorts.flatMap(({ first, last }) => range(first, last))

test('a port stands for one thing', () => {
  expect(known).toHaveLength(new Set(known).size)
})

test('the page lists every port, and no other', () => {
  expect([...new Set(listed)].sort((a, b) => a - b)).toEqual([...known].sort((a, b) => a - b))
})
