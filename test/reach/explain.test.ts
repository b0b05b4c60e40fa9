import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { explain } from '../../src/reach/explain.ts'
import { partition } from '../../src/reach/partition.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { reach } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { portRange } from '../../src/sets/port-set.ts'
import { effort } from '../oracle/effort.ts'
import { engineFor, sideOf } from '../oracle/engine-side.ts'
import { governedCluster } from '../oracle/shop-clusters.ts'

const postgres = ConnectionSet.of('TCP', portRange(5432))

describe('explain agrees with the matrix', () => {
  test('on what passes, for every pair of peers of generated shops', () => {
    fc.assert(
      fc.property(governedCluster, (objects) => {
        for (const profile of [undefined, defaultProfile]) expectAgreement(engineFor(sideOf(objects, profile)))
      }),
      effort(5),
    )
  })
})

function expectAgreement(engine: Reachability): void {
  for (const source of engine.universe.classes) {
    for (const destination of engine.universe.classes) {
      const matrix = engine.connections(source, destination)
      const { allowed, verdict } = explain(engine, source, destination)
      expect(allowed.must.key).toBe(matrix.must.key)
      expect(matrix.may.isSubsetOf(allowed.may)).toBe(true)
      if (!matrix.may.hasNames) expect(allowed.may.key).toBe(matrix.may.key)
      expect(verdict === 'denied').toBe(matrix.may.isEmpty)
      expect(verdict === 'allowed').toBe(matrix.must.isAll)
    }
  }
}

describe('explain', () => {
  test('names the policy that isolates and the rule that allows', () => {
    const shop = shopWith(
      policy('db', 'app: db', '[{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}]'),
    )
    const found = explain(shop.engine, shop.pods('api'), shop.pods('db'), postgres)
    expect(found.verdict).toBe('allowed')
    expect(found.egress).toMatchObject({ isolated: 'no', entries: [] })
    expect(found.ingress.isolated).toBe('yes')
    expect(told(found.ingress.entries)).toEqual(['policyTypes nothing', 'ingress rule 1 TCP 5432'])
  })

  test('a rule for another peer decides nothing', () => {
    const shop = shopWith(policy('db', 'app: db', '[{from: [{podSelector: {matchLabels: {app: api}}}]}]'))
    const found = explain(shop.engine, shop.pods('web'), shop.pods('db'))
    expect(found.verdict).toBe('denied')
    expect(found.ingress.entries.every(({ decided, says }) => decided.may.isEmpty && says.may.isEmpty)).toBe(true)
  })

  test('a rule for other ports says what it allows instead', () => {
    const shop = shopWith(policy('db', 'app: db', '[{from: [{podSelector: {}}], ports: [{port: 9187}]}]'))
    const found = explain(shop.engine, shop.pods('web'), shop.pods('db'), postgres)
    expect(found.verdict).toBe('denied')
    expect(found.ingress.entries.map(({ says }) => says.must.show())).toContain('TCP 9187')
  })

  test('without a port it says which part passes', () => {
    const shop = shopWith(policy('db', 'app: db', '[{from: [{podSelector: {}}], ports: [{port: 5432}]}]'))
    const found = explain(shop.engine, shop.pods('web'), shop.pods('db'))
    expect(found.verdict).toBe('partly')
    expect(found.allowed.must.show()).toBe('TCP 5432')
  })

  test('a namespace whose labels nobody declared leaves it unknown', () => {
    const rule = '[{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}]'
    const shop = shopWith(policy('db', 'app: db', rule), deployment('report', 'back-office'))
    const found = explain(shop.engine, shop.pods('report'), shop.pods('db'), postgres)
    expect(found.verdict).toBe('unknown')
    expect(found.allowed.must.isEmpty).toBe(true)
    expect(found.allowed.may.show()).toBe('TCP 5432')
    expect(found.ingress.entries.flatMap(({ doubts }) => doubts)).toEqual([
      { kind: 'namespace-labels', namespace: 'back-office' },
    ])
  })

  test.each([
    { name: 'a block of addresses', rule: '{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}', doubts: ['block-on-pods'] },
    { name: 'a peer that a template writes', rule: '{from: "{{ .Values.from }}"}', doubts: ['unreadable'] },
    {
      name: 'a selector that a template writes',
      rule: '{from: [{podSelector: {matchLabels: {app: "{{ .Values.app }}"}}}]}',
      doubts: ['labels'],
    },
    { name: 'a port that is none', rule: '{ports: [{port: 0}]}', doubts: ['refused'] },
    {
      name: 'a block of addresses beside a selector that matches',
      rule: '{from: [{ipBlock: {cidr: 10.0.0.0/8}}, {podSelector: {matchLabels: {app: web}}}]}',
      doubts: [],
    },
  ])('$name is in doubt for a reason', ({ rule, doubts }) => {
    const shop = shopWith(policy('db', 'app: db', `[${rule}]`))
    const found = explain(shop.engine, shop.pods('web'), shop.pods('db'), postgres)
    expect(found.verdict).toBe(doubts.length === 0 ? 'allowed' : 'unknown')
    expect(doubtsIn(found.ingress.entries)).toEqual(doubts)
  })

  test('what nothing decides passes by default, and what something decides does not', () => {
    const shop = shopWith(policy('db', 'app: db', '[{from: [{podSelector: {}}], ports: [{port: 5432}]}]'))
    const found = explain(shop.engine, shop.pods('web'), shop.pods('db'))
    expect(found.egress.byDefault.must.isAll).toBe(true)
    expect(found.ingress.byDefault.may.isEmpty).toBe(true)
  })

  test('between a pod and itself no policy is asked', () => {
    const till =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: shop, labels: {app: till}}\nspec: {containers: [{name: main, image: till}]}'
    const { engine } = shopWith(policy('till', 'app: till', '[]'), till)
    const pod = engine.universe.classOf.get('head /Pod/shop/till') as PeerClass
    const found = explain(engine, pod, pod)
    expect(found.verdict).toBe('allowed')
    expect(found.ingress).toMatchObject({ local: true, entries: [] })
    expect(
      explain(engine, engine.universe.classOf.get('head apps/Deployment/shop/web') as PeerClass, pod),
    ).toMatchObject({
      verdict: 'denied',
      ingress: { local: false },
    })
  })

  test('from the machine a pod is bound to no policy is asked, at either end', () => {
    const shelf =
      'apiVersion: v1\nkind: Node\nmetadata: {name: shelf}\nstatus: {addresses: [{type: InternalIP, address: 192.168.40.5}]}'
    const till =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: shop, labels: {app: till}}\nspec: {nodeName: shelf, containers: [{name: main, image: till}]}'
    const { engine } = shopWith(policy('till', 'app: till', '[]'), shelf, till)
    const pod = engine.universe.classOf.get('head /Pod/shop/till') as PeerClass
    const machine = engine.universe.addresses.find(({ addresses }) =>
      AddressSet.of('192.168.40.5/32').isSubsetOf(addresses),
    ) as PeerClass
    const inwards = explain(engine, machine, pod)
    expect([inwards.egress.local, inwards.ingress.local]).toEqual([true, true])
    const outwards = explain(engine, pod, machine)
    expect([outwards.egress.local, outwards.ingress.local]).toEqual([false, false])
  })

  test('what a policy passes on and no other decides passes by default', () => {
    const passing = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: visitors}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Pass, from: [{namespaces: {}}]}]`
    const shop = shopWith(passing)
    const { ingress } = explain(shop.engine, shop.pods('web'), shop.pods('db'))
    expect(ingress.entries.map(({ use, decided }) => [use.entry.verdict, decided.must.isAll])).toEqual([['pass', true]])
    expect(ingress.byDefault.must.isAll).toBe(true)
  })

  test('a port known by name alone may be the number that was asked for', () => {
    const shop = shopWith(
      policy('db', 'app: db', '[{from: [{podSelector: {}}], ports: [{port: 5432}]}]'),
      `${policy('web-out', 'app: web', '[]').replace('ingress: []', 'egress: [{to: [{podSelector: {}}], ports: [{port: sql}]}]').replace('[Ingress]', '[Egress]')}`,
    )
    const unseen = shop.engine.universe.classes.find(
      (found) => found.kind === 'cell' && found.namespace === 'shop' && found.pods.truths.agreed.size === 0,
    )
    const found = explain(shop.engine, shop.pods('web'), unseen as PeerClass, postgres)
    expect(found.verdict).toBe('unknown')
    expect(doubtsIn(found.egress.entries)).toEqual(['port-names'])
  })
})

type Entries = ReturnType<typeof explain>['ingress']['entries']

const doubtsIn = (entries: Entries): string[] => [
  ...new Set(entries.flatMap(({ doubts }) => doubts.map(({ kind }) => kind))),
]

/** The rule by its kind, and what it decided. */
function told(entries: Entries): string[] {
  return entries.map(
    ({ use, decided }) => `${use.entry.isolates ? 'policyTypes' : use.entry.origin.rule} ${decided.must.show()}`,
  )
}

function shopWith(...documents: readonly string[]) {
  const text = [...['web', 'api', 'db'].map((name) => deployment(name, 'shop')), ...documents].join('\n---\n')
  const { resources } = parseManifests({ path: 'shop.yaml', text })
  const cluster = buildCluster({ name: 'shop', open: true, profile: defaultProfile, resources })
  const input = { cluster, entries: compilePolicies(cluster).entries }
  const universe = partition(input, input)
  const engine = reach(universe, 'head', input)
  const pods = (name: string): PeerClass => {
    const workload = cluster.workloads.find(({ id }) => id.name === name)
    const found = universe.classOf.get(`head apps/Deployment/${workload?.id.namespace}/${name}`)
    if (found === undefined) throw new Error(`no workload ${name}`)
    return found
  }
  return { engine, pods }
}

function deployment(name: string, namespace: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: ${name}}]}`
}

function policy(name: string, labels: string, ingress: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  podSelector: {matchLabels: {${labels}}}
  policyTypes: [Ingress]
  ingress: ${ingress}`
}
