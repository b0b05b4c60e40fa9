import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAmbiguousPlain, readPlainScalar } from '../../src/manifests/kubernetes-scalar.ts'

const samples: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['y', true],
  ['On', true],
  ['off', false],
  ['N', false],
  ['nO', 'nO'],
  ['~', null],
  ['Null', null],
  ['0777', 511],
  ['-0777', -511],
  ['0o777', 511],
  ['0O17', 15],
  ['0b11', 3],
  ['-0b11', -3],
  ['0x1F', 31],
  ['0x_1', 1],
  ['1_000', 1000],
  ['1_', 1],
  ['_1', '_1'],
  ['089', 89],
  ['08', 8],
  ['0_', 0],
  ['+1', 1],
  ['-0', 0],
  ['1:30', '1:30'],
  ['2026-11-20', '2026-11-20'],
  ['1e3', 1000],
  ['1.20', 1.2],
  ['.5', 0.5],
  ['+.5', 0.5],
  ['._5', '._5'],
  ['1.', 1],
  ['0777.5', 777.5],
  ['1_000.5', 1000.5],
  ['1e400', '1e400'],
  ['1e', '1e'],
  ['0x', '0x'],
  ['0b', '0b'],
  ['=', '='],
  ['<<', '<<'],
  ['web', 'web'],
  ['8080', 8080],
  ['12345678901', 12345678901],
]

describe('plain scalars mean what Kubernetes makes of them', () => {
  test.each(samples)('%s', (text, value) => {
    expect(readPlainScalar(text)).toStrictEqual(value)
  })
})

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0

// Skipped where kubectl is not installed: it is the oracle itself.
test.skipIf(!hasKubectl)(
  'kubectl reads the samples the same way',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'))
    try {
      const file = join(folder, 'config.yaml')
      const lines = samples.map(([text], index) => `  k${index}: ${text}\n`).join('')
      writeFileSync(file, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: checkout}\nspec:\n${lines}`)
      const output = execFileSync('kubectl', ['label', '--local', '-f', file, 'k=v', '-o', 'json'], {
        encoding: 'utf8',
      })
      const read = (JSON.parse(output) as { spec: Record<string, unknown> }).spec
      expect(samples.map(([text], index) => [text, read[`k${index}`]])).toEqual(samples)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  30_000,
)

test.each([
  ['yes', true],
  ['y', true],
  ['0777', true],
  ['1_000', true],
  ['0b1', true],
  ['true', false],
  ['8080', false],
  ['+1', false],
  ['0x1F', false],
  ['1e3', false],
  ['web', false],
  ['~', false],
])('YAML 1.2 reads %s differently: %s', (text, expected) => {
  expect(isAmbiguousPlain(text)).toBe(expected)
})
