import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRows } from '../../src/delta/compare-rows.ts'
import { findRedundancies } from '../../src/delta/find-redundancies.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { partition } from '../../src/reach/partition.ts'
import { reach } from '../../src/reach/reachability.ts'
import { effort } from './effort.ts'
import { between, engineFor, enginesFor, sideOf } from './engine-side.ts'
import type { PlainObject } from './plain-objects.ts'
import { governedCluster, podsOf, shopCluster } from './shop-clusters.ts'

/** What every pod may send to every other, as text. */
function table(objects: readonly PlainObject[]): Record<string, string> {
  const engine = engineFor(sideOf(objects))
  const ends = [...podsOf(objects), { ip: '203.0.113.7' }, { ip: '198.51.100.9' }]
  const pairs = ends.flatMap((from) => ends.filter((to) => to !== from).map((to) => [from, to] as const))
  return Object.fromEntries(
    pairs.map(([from, to]) => [`${JSON.stringify(from)} ${JSON.stringify(to)}`, between(engine, from, to).must.show()]),
  )
}

const clusterAndOrder = governedCluster.chain((objects) =>
  fc.record({ objects: fc.constant(objects), shuffled: fc.shuffledSubarray(objects, { minLength: objects.length }) }),
)

test('the order of documents does not matter', () => {
  fc.assert(
    fc.property(clusterAndOrder, ({ objects, shuffled }) => {
      expect(table(shuffled)).toEqual(table(objects))
    }),
    effort(60),
  )
})

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function typesOf(spec: PlainObject['spec']): string[] {
  const written = listOf(spec?.policyTypes)
  if (written.length > 0) return written.map(String)
  return listOf(spec?.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

/** One policy a rule, all with the subject and the types of the whole; a policy without rules stays. */
function split(policy: PlainObject): PlainObject[] {
  if (policy.kind !== 'NetworkPolicy') return [policy]
  const shared = { podSelector: policy.spec?.podSelector, policyTypes: typesOf(policy.spec) }
  const parts = [
    shared,
    ...listOf(policy.spec?.ingress).map((rule) => ({ ...shared, ingress: [rule] })),
    ...listOf(policy.spec?.egress).map((rule) => ({ ...shared, egress: [rule] })),
  ]
  return parts.map((spec, index) => ({
    ...policy,
    metadata: { ...policy.metadata, name: `${policy.metadata.name}-${index}` },
    spec,
  }))
}

test('splitting a policy into one a rule changes nothing', () => {
  fc.assert(
    fc.property(shopCluster, (objects) => {
      expect(table(objects.flatMap(split))).toEqual(table(objects))
    }),
    effort(60),
  )
})

const clusterAndWider = fc.tuple(shopCluster, shopCluster).map(([objects, others]) => {
  const extra = others.filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec }) => listOf(spec?.ingress))
  const wider = objects.map((object) =>
    object.kind === 'NetworkPolicy'
      ? {
          ...object,
          spec: {
            ...object.spec,
            policyTypes: typesOf(object.spec),
            ingress: [...listOf(object.spec?.ingress), ...extra],
          },
        }
      : object,
  )
  return { objects, wider }
})

test('another rule never takes a connection away', () => {
  fc.assert(
    fc.property(clusterAndWider, ({ objects, wider }) => {
      const [before, after] = [engineFor(sideOf(objects)), engineFor(sideOf(wider))]
      for (const from of podsOf(objects)) {
        for (const to of podsOf(objects)) {
          const lost = between(before, from, to).must.subtract(between(after, from, to).must)
          expect(lost.show()).toBe('nothing')
        }
      }
    }),
    effort(60),
  )
})

test('what must pass may pass, whatever is unknown about namespaces and addresses', () => {
  fc.assert(
    fc.property(governedCluster, (objects) => {
      const undeclared = objects.filter(({ kind }) => kind !== 'Namespace')
      const engine = engineFor(sideOf(undeclared, defaultProfile))
      for (const source of engine.universe.classes) {
        for (const destination of engine.universe.classes) {
          const { must, may } = engine.connections(source, destination)
          expect(must.subtract(may).show()).toBe('nothing')
        }
      }
    }),
    effort(40),
  )
})

test('what is unknown covers every way the namespaces could be labelled', () => {
  fc.assert(
    fc.property(governedCluster, (objects) => {
      const unknown = engineFor(sideOf(objects.filter(({ kind }) => kind !== 'Namespace')))
      const known = engineFor(sideOf(objects))
      for (const from of podsOf(objects)) {
        for (const to of podsOf(objects)) {
          const [bounds, { must: truth }] = [between(unknown, from, to), between(known, from, to)]
          expect(bounds.must.subtract(truth).show()).toBe('nothing')
          expect(truth.subtract(bounds.may).show()).toBe('nothing')
        }
      }
    }),
    effort(60),
  )
})

test('equal sides have equal rows', () => {
  fc.assert(
    fc.property(clusterAndOrder, ({ objects, shuffled }) => {
      const { base, head } = enginesFor(sideOf(objects), sideOf(shuffled))
      for (const found of base.universe.classes) {
        for (const direction of ['ingress', 'egress'] as const) {
          expect(head.row(found, direction).must.key).toBe(base.row(found, direction).must.key)
          expect(head.row(found, direction).may.key).toBe(base.row(found, direction).may.key)
        }
      }
    }),
    effort(40),
  )
})

test('what is redundant can be deleted, all of it at once', () => {
  fc.assert(
    fc.property(governedCluster, (objects) => {
      const input = sideOf(objects)
      const universe = partition(input, input)
      const whole = reach(universe, 'head', input)
      const { policies, rules } = findRedundancies(whole)
      const gone = new Set([...policies, ...rules].flatMap(({ entries }) => entries))
      const rest = reach(universe, 'head', { ...input, entries: input.entries.filter((entry) => !gone.has(entry)) })
      expect(compareRows(whole, rest, () => false)).toEqual([])
    }),
    effort(60),
  )
})
