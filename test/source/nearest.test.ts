import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/source/nearest.ts'

describe('nearest', () => {
  const keys = ['version', 'extends', 'gate', 'clusters', 'fail-on', 'report-only-until']
  it.each([
    ['a dropped letter', 'clutsers', 'clusters'],
    ['a missing s', 'cluster', 'clusters'],
    ['neighbours swapped', 'gaet', 'gate'],
    ['camel case', 'failOn', 'fail-on'],
    ['underscores', 'report_only_until', 'report-only-until'],
    ['capitals', 'Version', 'version'],
    ['something else', 'waivers', undefined],
    ['nothing at all', '', undefined],
  ])('of %s', (_, written, meant) => {
    expect(nearest(written, keys)).toBe(meant)
  })

  it('prefers the first of two that are as near', () => {
    expect(nearest('cat', ['bat', 'car'])).toBe('bat')
  })
})
