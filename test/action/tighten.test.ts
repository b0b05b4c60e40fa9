import { expect, test } from 'vitest'
import { tightenWith } from '../../src/action/tighten.ts'
import { defaultConfig } from '../../src/config/default-config.ts'

const cases = [
  { configured: 'none', input: 'error', gates: 'error' },
  { configured: 'error', input: 'warning', gates: 'warning' },
  { configured: 'warning', input: 'note', gates: 'note' },
  { configured: 'note', input: 'error', gates: 'note' },
  { configured: 'warning', input: 'error', gates: 'warning' },
  { configured: 'error', input: 'error', gates: 'error' },
  { configured: 'none', input: undefined, gates: 'none' },
] as const

test.each(cases)('fail-on $input over $configured is $gates', ({ configured, input, gates }) => {
  const config = defaultConfig()
  const tightened = tightenWith(input)({ ...config, gate: { ...config.gate, failOn: configured } })
  expect(tightened.gate.failOn).toBe(gates)
})
