import { describe, expect, it } from 'vitest'
import { defaultConfig } from '../../src/config/default-config.ts'
import { presetNames, presets } from '../../src/config/presets.ts'

describe('presets', () => {
  it('grow from pitfalls over recommended to strict', () => {
    const [pitfalls, recommended, strict] = presetNames.map((name) => new Set(presets[name].keys()))
    expect(pitfalls?.isSubsetOf(recommended ?? new Set())).toBe(true)
    expect(recommended).toEqual(strict)
    expect(recommended?.size).toBe(34)
  })

  it.each([
    ['pitfalls', undefined],
    ['recommended', 'warning'],
    ['strict', 'error'],
  ] as const)('%s on a namespace without default deny for egress: %s', (name, severity) => {
    expect(presets[name].get('ns-default-deny-egress')).toBe(severity)
  })

  it('recommended is what gates a repository without configuration', () => {
    expect([...defaultConfig().rules.keys()]).toEqual([...presets.recommended.keys()])
    expect(defaultConfig('pitfalls').presets).toEqual(['pitfalls'])
  })
})
