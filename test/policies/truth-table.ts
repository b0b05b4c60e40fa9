import { expect, test } from 'vitest'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { reachOf, storeWith, verdict } from './store.ts'

/** What a set of policies makes of connections; those that are not listed are not asked. */
export interface TruthTable {
  readonly name: string
  readonly policies: readonly string[]
  readonly allows?: readonly string[]
  readonly denies?: readonly string[]
  readonly unknown?: readonly string[]
}

/** One test a table. */
export function check(tables: readonly TruthTable[], profile?: NetworkProfile): void {
  test.each(tables)('$name', ({ policies, allows = [], denies = [], unknown = [] }) => {
    const reachability = reachOf(storeWith(policies, profile))
    const expected = { allow: allows, deny: denies, unknown }
    for (const [answer, probes] of Object.entries(expected)) {
      for (const probe of probes) expect(`${probe}: ${verdict(reachability, probe)}`).toBe(`${probe}: ${answer}`)
    }
    expect(allows.length + denies.length + unknown.length).toBeGreaterThan(0)
  })
}
