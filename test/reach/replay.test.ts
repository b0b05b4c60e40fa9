import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { type EntryUse, evaluateRow, inOrder } from '../../src/reach/evaluate.ts'
import { replay } from '../../src/reach/replay.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { MemberSet } from '../../src/sets/member-set.ts'
import { portRange } from '../../src/sets/port-set.ts'

const everyone = MemberSet.all(1)
const bounds = ['must', 'may'] as const

const ports = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }))
  .map(([first, more]) => ConnectionSet.of('TCP', portRange(first, first + more)))

const policies = ['front', 'back', 'stock'].map((name) => ({ group: '', kind: 'Policy', namespace: 'shop', name }))

/** One entry of any verdict, tier, policy and certainty; an order of -1 stands for none. */
const use: fc.Arbitrary<EntryUse> = fc
  .record({
    verdict: fc.constantFrom('allow', 'deny', 'pass'),
    tier: fc.integer({ min: 0, max: 2 }),
    order: fc.integer({ min: -1, max: 2 }),
    policy: fc.constantFrom(...policies),
    index: fc.integer({ min: 0, max: 3 }),
    layer: fc.constantFrom('network', 'mesh'),
    isolates: fc.boolean(),
    applies: fc.constantFrom('yes', 'unknown'),
    certain: ports,
    uncertain: ports,
  })
  .map(({ order, policy, index, applies, certain, uncertain, ...rest }) => {
    const entry = { ...rest, order: order < 0 ? [] : [order], origin: { policy, index } } as unknown as PolicyEntry
    const must = [{ peers: everyone, connections: certain }]
    const may = [{ peers: everyone, connections: certain.union(uncertain) }]
    return { entry, applies, must, may }
  })

const uses = fc.array(use, { maxLength: 7 }).map(inOrder)

/** The same without doubt about what is passed on, which is followed both ways. */
const certainPasses = uses.map((list) =>
  list.map(
    (found): EntryUse => (found.entry.verdict === 'pass' ? { ...found, applies: 'yes', may: found.must } : found),
  ),
)

describe('replay', () => {
  test('allows for one peer what the row allows it, in every order of tiers, ties and verdicts', () => {
    fc.assert(
      fc.property(uses, (list) => {
        for (const bound of bounds) {
          const row = evaluateRow(list, { everyone, exempt: MemberSet.none, free: MemberSet.none }, bound)
          expect(replay(list, 0, bound).allowed.key).toBe(connectionsWith(row, 0).key)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('where something is denied or passed on, no two entries of a tier decide the same connection', () => {
    fc.assert(
      fc.property(certainPasses, fc.constantFrom(...bounds), (list, bound) => {
        const { decided } = replay(list, 0, bound)
        const tiers = Map.groupBy(list, ({ entry }) => `${entry.layer} ${entry.tier}`).values()
        for (const tier of tiers) {
          const closes = tier.some(({ entry }) => entry.isolates)
          for (const [index, one] of tier.entries()) {
            for (const other of tier.slice(index + 1)) {
              const mayRepeat = one.entry.verdict === 'allow' && other.entry.verdict === 'allow'
              if (mayRepeat && (closes || tier.every(({ entry }) => entry.verdict === 'allow'))) continue
              const [first, second] = [decided.get(one), decided.get(other)]
              if (first !== undefined && second !== undefined) expect(first.intersect(second).isEmpty).toBe(true)
            }
          }
        }
      }),
    )
  })

  test('two policies that allow the same are both told, where nothing else is said', () => {
    const [front, back] = policies.slice(0, 2).map((policy): EntryUse => {
      const origin = { policy, index: 0 }
      const entry = { layer: 'network', tier: 0, order: [], verdict: 'allow', isolates: true, origin }
      const blocks = [{ peers: everyone, connections: ConnectionSet.of('TCP', portRange(443)) }]
      return { entry: entry as unknown as PolicyEntry, applies: 'yes', must: blocks, may: blocks }
    }) as [EntryUse, EntryUse]
    const { decided } = replay([front, back], 0, 'must')
    expect([front, back].map((found) => decided.get(found)?.show())).toEqual(['TCP 443', 'TCP 443'])
  })

  test('a policy that speaks of another peer decides nothing', () => {
    const entry = { layer: 'network', tier: 0, order: [], verdict: 'deny', origin: { policy: policies[0], index: 0 } }
    const blocks = [{ peers: MemberSet.of([1]), connections: ConnectionSet.all }]
    const found: EntryUse = { entry: entry as unknown as PolicyEntry, applies: 'yes', must: blocks, may: blocks }
    const { decided, allowed } = replay([found], 0, 'must')
    expect(decided.has(found)).toBe(false)
    expect(allowed.isAll).toBe(true)
  })
})
