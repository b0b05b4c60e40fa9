import { describe, expect, test } from 'vitest'
import { everything } from '../../src/model/label-expression.ts'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { possible, type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort, portRange } from '../../src/sets/port-set.ts'
import { syntheticSpan as span } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { calico } from '../policies/calico-store.ts'
import { ciliumProfile } from '../policies/cilium-store.ts'
import { type BuiltSide, manifest, reachOf, reachOfBoth, storeWith } from '../policies/store.ts'

const pod = (name: string, app: string, spec = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${app}}}\nspec: {${spec}containers: [{name: main, image: store}]}\n`
const gate = manifest(
  'projectcalico.org/v3',
  'HostEndpoint',
  '{name: gate, labels: {role: gate}}',
  'node: shelf\ninterfaceName: eth0',
)
const cellar =
  'apiVersion: v1\nkind: Node\nmetadata: {name: cellar}\nstatus: {addresses: [{type: InternalIP, address: 192.168.40.6}]}\n'

const onApp = (app: string, rules = 'ingress: []'): string => `podSelector: {matchLabels: {app: ${app}}}\n${rules}`

function withId({ universe, input, side }: Reachability, name: string): PeerClass {
  const { workloads, hostEndpoints } = input.cluster
  const id = [...workloads, ...hostEndpoints].find((workload) => workload.id.name === name)?.id
  return universe.classOf.get(`${side} ${id?.group}/${id?.kind}/${id?.namespace}/${name}`) as PeerClass
}

function peer(reachability: Reachability, name: string): PeerClass {
  const { universe } = reachability
  const address = /^[0-9.]+$/.test(name) ? AddressSet.of(`${name}/32`) : undefined
  const found =
    (address && universe.addresses.find(({ addresses }) => address.isSubsetOf(addresses))) ??
    universe.entities.find(({ entity }) => entity === name) ??
    universe.nodes.find(({ place }) => `${place} machine` === name) ??
    (name === 'unseen' ? universe.byNamespace.get('store')?.find(({ kind }) => kind === 'cell') : undefined) ??
    withId(reachability, name)
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found
}

describe('policies apply', () => {
  const entities = { kind: 'entities', entities: ['host', 'remote-node', 'health'], span } as const
  const machines = {
    target: 'nodes',
    namespaces: { kind: 'matching', expression: everything },
    labels: everything,
  } as const
  const store = storeWith([gate, pod('till', 'till')], calico())
  const told = { ...store.input, entries: [...store.input.entries, mention(entities)] }
  const built = (...entries: readonly PolicyEntry[]): Reachability =>
    reach(partition(told, told), 'head', { ...told, entries })

  test.each([
    { name: 'till', policed: true },
    { name: 'unseen', policed: true },
    { name: 'gate', policed: true },
    { name: 'agent', policed: false },
    { name: '192.0.2.44', policed: false },
    { name: 'own machine', policed: false },
    { name: 'health', policed: false },
  ])('to $name: $policed', ({ name, policed }) => {
    const reachability = built()
    expect(reachability.isPoliced(peer(reachability, name))).toBe(policed)
    expect(reachability.isPolicedPod(peer(reachability, name))).toBe(policed && name !== 'gate')
  })

  test('to machines that one selects, in whichever direction', () => {
    const reachability = built({ ...mention(), subject: machines })
    const names = ['own machine', '192.168.40.5', 'agent', '192.0.2.44']
    expect(names.map((name) => reachability.isPoliced(peer(reachability, name)))).toEqual([true, true, true, false])
  })
})

describe('a pod hears its own machine', () => {
  const store = (profile: NetworkProfile, ...policies: readonly string[]): Reachability =>
    reachOf(
      storeWith(
        [
          cellar,
          pod('till', 'till', 'nodeName: shelf, '),
          pod('north-lift', 'lift', 'nodeName: shelf, '),
          pod('south-lift', 'lift', 'nodeName: cellar, '),
          pod('cellar-agent', 'agent', 'hostNetwork: true, nodeName: cellar, '),
          pod('roamer', 'agent', 'hostNetwork: true, '),
          ...['till', 'lift', 'agent', 'web'].map((app) => onApp(app)),
          ...policies,
        ],
        profile,
      ),
      ['host', 'remote-node', 'health', 'kube-apiserver'],
    )
  const names = ['own machine', 'other machine', 'agent', 'cellar-agent', 'roamer', '192.168.40.5', '192.168.40.6']
  const spared = (reachability: Reachability, name: string, bound: 'must' | 'may' = 'may') => {
    const { exempt, free } = reachability.spared(peer(reachability, name), 'ingress', bound)
    const told = (set: typeof free) => names.filter((one) => set.has(peer(reachability, one).index))
    return { exempt: told(exempt), free: told(free) }
  }
  const anyMachine = names.filter((name) => name !== 'other machine')

  test.each([
    { name: 'till', free: ['own machine', 'agent', 'roamer', '192.168.40.5'] },
    { name: 'north-lift', free: anyMachine },
    { name: 'web', free: anyMachine },
    { name: 'unseen', free: anyMachine },
    { name: 'health', free: anyMachine },
    { name: 'kube-apiserver', free: [] },
    { name: '192.0.2.44', free: [] },
    { name: 'own machine', free: [] },
  ])('whatever Calico policies say: $name', ({ name, free }) => {
    expect(spared(store(calico()), name)).toEqual({ exempt: [], free })
  })

  test('for certain where it is known to be its machine', () => {
    expect(spared(store(calico()), 'till', 'must')).toEqual({ exempt: [], free: ['own machine'] })
  })

  test('unless a Cilium policy denies it', () => {
    expect(spared(store(ciliumProfile()), 'till')).toEqual({ exempt: anyMachine, free: [] })
  })

  test('is not spared in egress, nor where the plugin polices it', () => {
    const reachability = store(calico())
    expect(reachability.ownMachine(peer(reachability, 'till'), 'egress', 'may').isEmpty).toBe(true)
    const policed = store({ ...calico(), ownMachine: 'policed' })
    expect(policed.ownMachine(peer(policed, 'till'), 'ingress', 'may').isEmpty).toBe(true)
  })

  test('one that the change removes is judged by where it was not', () => {
    const base = storeWith([cellar, pod('till', 'till', 'nodeName: shelf, '), onApp('till')], calico())
    const { head } = reachOfBoth(base, storeWith([cellar, onApp('till')], calico()))
    const gone = head.universe.classOf.get('base /Pod/store/till') as PeerClass
    expect(head.ownMachine(gone, 'ingress', 'may').equals(head.matcher.entities(['host']).may)).toBe(true)
  })
})

describe('a class is isolated', () => {
  const isolated = (policy: string, name = 'web', ...more: readonly string[]) => {
    const reachability = reachOf(storeWith([policy, ...more]))
    return reachability.isolated(peer(reachability, name), 'ingress')
  }

  test.each([
    { name: 'where a policy selects it', policy: onApp('web'), expected: 'yes' },
    { name: 'where none does', policy: onApp('checkout'), expected: 'no' },
    {
      name: 'not where an admin policy alone speaks of it',
      policy: 'priority: 1\nsubject: {namespaces: {}}\ningress: [{action: Deny, from: [{namespaces: {}}]}]',
      expected: 'no',
    },
    {
      name: 'perhaps, where nobody knows whether one selects it',
      policy: onApp('"{{ .Values.app }}"'),
      expected: 'unknown',
    },
  ])('$name', ({ policy, expected }) => {
    expect(isolated(policy)).toBe(expected)
  })

  test('where one policy selects it and another may', () => {
    expect(isolated(onApp('"{{ .Values.app }}"'), 'web', onApp('web'))).toBe('yes')
  })
})

describe('rows', () => {
  const store = () =>
    storeWith([
      ...['web', 'checkout'].map((app) => onApp(app)),
      onApp('ledger', 'ingress: [{from: [{podSelector: {}}], ports: [{port: http}]}]'),
    ])
  const rowIn = (reachability: Reachability) => (name: string, direction: 'ingress' | 'egress') =>
    reachability.row(peer(reachability, name), direction)

  test('that no policy speaks of are one', () => {
    const row = rowIn(reachOf(store()))
    expect(row('web', 'egress')).toBe(row('192.0.2.44', 'ingress'))
  })

  test('that are equal are one', () => {
    const both = reachOf(
      storeWith([
        'podSelector: {matchExpressions: [{key: app, operator: In, values: [web, checkout]}]}\ningress: []',
        onApp('web', 'egress: [{}]\npolicyTypes: [Egress]'),
      ]),
    )
    const [web, checkout] = ['web', 'checkout'].map((name) => peer(both, name)) as [PeerClass, PeerClass]
    expect(web).not.toBe(checkout)
    expect(both.row(web, 'ingress')).toBe(both.row(checkout, 'ingress'))
  })

  test('that are certain have one value for both bounds', () => {
    const { must, may } = rowIn(reachOf(store()))('checkout', 'ingress')
    expect(must).toBe(may)
  })

  test('are one for both sides where nothing changes', () => {
    const { base, head } = reachOfBoth(store(), storeWith([onApp('web'), onApp('checkout')]))
    const same = withId(base, 'visitor')
    expect(head.uses(same, 'ingress')).toBe(base.uses(same, 'ingress'))
    expect(head.row(same, 'ingress')).toBe(base.row(same, 'ingress'))
  })

  test('without some entries are those of the rest', () => {
    const reachability = reachOf(store())
    const row = rowIn(reachability)
    const ledger = reachability.uses(peer(reachability, 'ledger'), 'ingress').map(({ entry }) => entry)
    const rule = ledger.find(({ isolates }) => !isolates) as PolicyEntry
    const without = (...removed: readonly PolicyEntry[]) =>
      reachability.rowWithout(peer(reachability, 'ledger'), 'ingress', new Set(removed))
    expect(without()).toBe(row('ledger', 'ingress'))
    expect(without(rule).must.blocks).toEqual([])
    expect(without(...ledger)).toBe(row('web', 'egress'))
  })
})

describe('what both ends may allow', () => {
  const tcp = (...parts: readonly (number | string)[]): ConnectionSet =>
    ConnectionSet.union(
      parts.map((part) => ConnectionSet.of('TCP', typeof part === 'number' ? portRange(part) : namedPort(part))),
    )
  test.each([
    { name: 'numbers of both', a: tcp(80, 443), b: tcp(443, 8080), expected: 'TCP 443' },
    { name: 'a name and numbers of the other end', a: tcp('http'), b: tcp(8080), expected: 'TCP http' },
    { name: 'numbers and a name of the other end', a: tcp(8080), b: tcp('http'), expected: 'TCP http' },
    {
      name: 'a name and no number of its protocol',
      a: tcp('http'),
      b: ConnectionSet.of('UDP', portRange(53)),
      expected: 'nothing',
    },
    { name: 'names of both', a: tcp('http'), b: tcp('http'), expected: 'TCP http' },
    { name: 'different names', a: tcp('http'), b: tcp('stats'), expected: 'nothing' },
    { name: 'a name beside a number of both', a: tcp('http', 443), b: tcp(443), expected: 'TCP 443, http' },
  ])('$name', ({ a, b, expected }) => {
    expect(possible(a, b).show()).toBe(expected)
  })
})

/** More pods than a policy may select to be looked up by pod. */
describe('a policy of very many pods among others', () => {
  const apps = Array.from({ length: 300 }, (_, index) => `stall-${index}`)
  const narrow = (name: string) =>
    manifest('networking.k8s.io/v1', 'NetworkPolicy', `{name: ${name}, namespace: store}`, onApp('stall-7'))
  const crowd = (): BuiltSide =>
    storeWith([
      ...apps.map((app) => pod(app, app)),
      ...apps.map((app) => onApp(app, 'policyTypes: [Egress]\negress: [{}]')),
      narrow('a-counter'),
      manifest(
        'networking.k8s.io/v1',
        'NetworkPolicy',
        '{name: b-market, namespace: store}',
        'podSelector: {}\ningress: []',
      ),
      narrow('c-counter'),
    ])
  const policies = (reachability: Reachability, name: string) =>
    reachability.uses(peer(reachability, name), 'ingress').map(({ entry }) => entry.origin.policy.name)

  test('applies to each of them, in the order in which policies are compiled, and to nobody else', () => {
    const reachability = reachOf(crowd())
    expect(policies(reachability, 'stall-7')).toEqual(['a-counter', 'b-market', 'c-counter'])
    expect(policies(reachability, 'stall-8')).toEqual(['b-market'])
    expect(policies(reachability, 'auditor')).toEqual([])
  })
})
