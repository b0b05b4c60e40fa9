import { describe, expect, test } from 'vitest'
import { CLUSTER } from '../../src/model/identity-labels.ts'
import { everything, type LabelExpression, nothing, requirement } from '../../src/model/label-expression.ts'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import type { Direction, Entity, PeerSelector } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort } from '../../src/sets/port-set.ts'
import { syntheticSpan as span } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { calico } from '../policies/calico-store.ts'
import { manifest, storeWith } from '../policies/store.ts'

const profile: NetworkProfile = {
  ...calico(),
  ranges: {
    ...calico().ranges,
    pods: AddressSet.of('10.20.0.0/16'),
    nodes: AddressSet.of('192.168.40.0/24'),
  },
}

const hostPod = (name: string, spec: string, status = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${name}}}\nspec: {hostNetwork: true, ${spec}containers: [{name: main, image: agent}]}\n${status}`

/**
 * Beside the store: a press whose pods state no address, a roamer on the network of a machine nobody names, a second
 * machine and an endpoint of it.
 */
const additions = [
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: press, namespace: store}\nspec:\n  selector: {matchLabels: {app: press}}\n  template:\n    metadata: {labels: {app: press}}\n    spec: {containers: [{name: main, image: press}]}\n',
  'apiVersion: v1\nkind: Node\nmetadata: {name: cellar, labels: {rack: cellar}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.40.6}]}\n',
  hostPod('roamer', ''),
  manifest(
    'projectcalico.org/v3',
    'HostEndpoint',
    '{name: gate, labels: {role: gate}}',
    'node: cellar\ninterfaceName: eth0',
  ),
]

const addresses = (
  set: string,
  matches: { pods?: 'yes' | 'no' | 'unknown'; nodes?: 'yes' | 'no' } = {},
): PeerSelector => ({
  kind: 'addresses',
  addresses: AddressSet.of(...set.split(' ')),
  matchesPods: matches.pods ?? 'yes',
  matchesNodes: matches.nodes ?? 'yes',
  span,
})
const pods = (labels: LabelExpression, namespaces: LabelExpression = everything): PeerSelector => ({
  kind: 'pods',
  target: 'pods',
  namespaces: { kind: 'matching', expression: namespaces },
  labels,
  span,
})
const nodes = (labels: LabelExpression, which: 'all' | 'others' = 'all'): PeerSelector => ({
  kind: 'nodes',
  which,
  labels,
  span,
})
const entities = (...named: readonly Entity[]): PeerSelector => ({ kind: 'entities', entities: named, span })

const app = (name: string): LabelExpression => requirement('app', 'In', [name])
const rack = (name: string): LabelExpression => requirement('rack', 'In', [name])

/** Addresses that the tables know by name; nobody declares the spare machine. */
const known: Readonly<Record<string, string>> = {
  shelf: '192.168.40.5',
  cellar: '192.168.40.6',
  spare: '192.168.40.9',
  world: '192.0.2.44',
}

const told: readonly PeerSelector[] = [
  ...['web', 'press', 'agent', 'roamer'].map((name) => pods(app(name))),
  addresses('192.168.40.9/32'),
  addresses('192.0.2.44/32'),
  entities('kube-apiserver', 'health'),
]

/** Machines and their places are told apart unless that is asked not to be. */
function storeReach(peer: PeerSelector, settings: Partial<NetworkProfile> = {}, places = true): Reachability {
  const { input } = storeWith(additions, { ...profile, ...settings })
  const machines = places ? [nodes(everything), entities('host', 'remote-node')] : [nodes(everything)]
  const asked = { ...input, entries: [...input.entries, mention(...told, ...machines, peer)] }
  return reach(partition(asked, asked), 'head', input)
}

/** What the tables call a class; undefined for those that they leave out. */
function nameOf(found: PeerClass): string | undefined {
  switch (found.kind) {
    case 'workloads': {
      const name = found.members[0]?.head?.id.name
      return ['web', 'press', 'agent', 'roamer', 'gate'].find((known) => known === name)
    }
    case 'addresses':
      return Object.keys(known).find((name) => AddressSet.of(`${known[name]}/32`).isSubsetOf(found.addresses))
    case 'nodes':
      return `${found.place} node${found.nodes.truths.agreed.size > 0 ? ' as asked' : ''}`
    case 'entity':
      return found.entity
    case 'cell': {
      if (found.pods.truths.agreed.size > 0) return undefined
      if (typeof found.namespace !== 'string')
        return `unseen elsewhere${found.namespace.truths.agreed.size > 0 ? ' as asked' : ''}`
      return found.namespace === 'lobby' ? undefined : `unseen in ${found.namespace}`
    }
    default:
      return undefined
  }
}

function answers(reachability: Reachability, peer: PeerSelector) {
  const { must, may } = reachability.matcher.peer(peer)
  const names = (isMeant: (index: number) => boolean): string[] => {
    const meant = reachability.universe.classes.filter(({ index }) => isMeant(index))
    return [...new Set(meant.map(nameOf))].filter((name) => name !== undefined).sort()
  }
  return { certain: names((index) => must.has(index)), perhaps: names((index) => may.has(index) && !must.has(index)) }
}

interface Row {
  readonly name: string
  readonly peer: PeerSelector
  readonly certain?: readonly string[]
  readonly perhaps?: readonly string[]
}

const asTable = (rows: readonly Row[]) =>
  rows.map(({ certain = [], perhaps = [], ...row }) => ({ certain, perhaps, ...row }))

const unseen = ['kube-system', 'office', 'store'].map((namespace) => `unseen in ${namespace}`)
const unplaced = ['press', 'unseen elsewhere', ...unseen]
/** Pods on the network of a machine and machines that a manifest or the range of machines tells of. */
const machines = ['agent', 'roamer', 'shelf', 'cellar', 'spare']
/** Whose addresses are those of some machine. */
const atMachines = ['gate', 'health', 'kube-apiserver', 'other node as asked', 'own node as asked']
const web = addresses('10.20.1.0/24')

describe('a block of addresses', () => {
  test.each(
    asTable([
      {
        name: 'all there are',
        peer: addresses('0.0.0.0/0'),
        certain: ['web', ...unplaced, ...machines, ...atMachines, 'world'],
      },
      {
        name: 'all but those of pods',
        peer: addresses('0.0.0.0/0', { pods: 'no' }),
        certain: [...machines, ...atMachines, 'world'],
      },
      {
        name: 'all but those of machines',
        peer: addresses('0.0.0.0/0', { nodes: 'no' }),
        certain: ['web', ...unplaced, 'world'],
      },
      {
        name: 'all, of pods perhaps',
        peer: addresses('0.0.0.0/0', { pods: 'unknown' }),
        certain: [...machines, ...atMachines, 'world'],
        perhaps: ['web', ...unplaced],
      },
      { name: 'the range of pods', peer: addresses('10.20.0.0/16'), certain: ['web', ...unplaced] },
      { name: 'some addresses of pods', peer: web, certain: ['web'], perhaps: unplaced },
      { name: 'addresses of pods, which it does not speak of', peer: addresses('10.20.1.0/24', { pods: 'no' }) },
      { name: 'the range of machines', peer: addresses('192.168.40.0/24'), certain: [...machines, ...atMachines] },
      {
        name: 'addresses of machines, which it does not speak of',
        peer: addresses('192.168.40.0/24', { nodes: 'no' }),
      },
      {
        name: 'one machine',
        peer: addresses('192.168.40.5/32'),
        certain: ['agent', 'shelf'],
        perhaps: ['roamer', ...atMachines],
      },
      { name: 'addresses outside', peer: addresses('192.0.2.0/24'), certain: ['world'] },
    ]),
  )('$name', ({ peer, certain, perhaps }) => {
    expect(answers(storeReach(peer), peer)).toEqual({ certain: [...certain].sort(), perhaps: [...perhaps].sort() })
  })

  test.each(
    asTable([
      { name: 'one outside', peer: addresses('192.0.2.0/24'), certain: ['world'], perhaps: ['kube-apiserver'] },
      {
        name: 'all but those of pods and machines',
        peer: addresses('0.0.0.0/0', { pods: 'no', nodes: 'no' }),
        certain: ['kube-apiserver', 'world'],
      },
    ]),
  )('may hold an API server outside: $name', ({ peer, certain, perhaps }) => {
    expect(answers(storeReach(peer, { apiServer: 'outside' }), peer)).toEqual({ certain, perhaps })
  })
})

describe('machines', () => {
  test.each(
    asTable([
      {
        name: 'every one',
        peer: nodes(everything),
        certain: [...machines, 'kube-apiserver', 'other node as asked', 'own node as asked'],
      },
      {
        name: 'every one but that of the other end',
        peer: nodes(everything, 'others'),
        certain: ['other node as asked'],
        perhaps: [...machines, 'kube-apiserver'],
      },
      {
        name: 'those of a rack',
        peer: nodes(rack('back-room')),
        certain: ['agent', 'other node as asked', 'own node as asked', 'shelf'],
        perhaps: ['kube-apiserver', 'roamer', 'spare'],
      },
      {
        name: 'those of a rack but that of the other end',
        peer: nodes(rack('back-room'), 'others'),
        certain: ['other node as asked'],
        perhaps: ['agent', 'kube-apiserver', 'roamer', 'shelf', 'spare'],
      },
      {
        name: 'that of the other end',
        peer: entities('host'),
        certain: ['own node as asked'],
        perhaps: [...machines, 'kube-apiserver'],
      },
      {
        name: 'that of the other end and all others',
        peer: entities('host', 'remote-node'),
        certain: [...machines, 'kube-apiserver', 'other node as asked', 'own node as asked'],
      },
      { name: 'none, but a probe', peer: entities('health'), certain: ['health'] },
      { name: 'none, but the API server of one', peer: entities('kube-apiserver'), certain: ['kube-apiserver'] },
    ]),
  )('$name', ({ peer, certain, perhaps }) => {
    expect(answers(storeReach(peer), peer)).toEqual({ certain: [...certain].sort(), perhaps: [...perhaps].sort() })
  })

  test('every one but that of the other end, where policies do not tell that from others', () => {
    const peer = nodes(everything, 'others')
    expect(answers(storeReach(peer, {}, false), peer)).toEqual({
      certain: [],
      perhaps: ['any node as asked', 'kube-apiserver', ...machines].sort(),
    })
  })

  test.each(
    asTable([
      {
        name: 'every machine',
        peer: nodes(everything),
        certain: [...machines, 'other node as asked', 'own node as asked'],
      },
      { name: 'that of the other end', peer: entities('host'), certain: ['own node as asked'], perhaps: machines },
    ]),
  )('an API server outside is none of them: $name', ({ peer, certain, perhaps }) => {
    const found = answers(storeReach(peer, { apiServer: 'outside' }), peer)
    expect(found).toEqual({ certain: [...certain].sort(), perhaps: [...perhaps].sort() })
  })

  test('are named where manifests say which machine has the address or runs the pod', () => {
    const { matcher, universe } = storeReach(nodes(everything))
    const named = matcher.machines().map(({ index, name }) => [nameOf(universe.classes[index] as PeerClass), name])
    expect(named).toEqual([
      ['shelf', 'shelf'],
      ['cellar', 'cellar'],
      ['agent', 'shelf'],
      ['roamer', undefined],
    ])
  })
})

describe('pods', () => {
  test.each(
    asTable([
      { name: 'of one app', peer: pods(app('web')), certain: ['web'] },
      { name: 'all that have addresses of their own', peer: pods(everything), certain: ['web', ...unplaced] },
      {
        name: 'of a team, whose namespaces may be new or undeclared',
        peer: pods(everything, requirement('team', 'In', ['store'])),
        certain: ['press', 'unseen elsewhere as asked', 'unseen in store', 'web'],
        perhaps: ['unseen in kube-system'],
      },
      {
        name: 'whose labels nobody can read',
        peer: pods({ kind: 'unreadable' }),
        perhaps: ['web', ...unplaced],
      },
      { name: 'nobody', peer: pods(nothing) },
    ]),
  )('$name', ({ peer, certain, perhaps }) => {
    expect(answers(storeReach(peer), peer)).toEqual({ certain: [...certain].sort(), perhaps: [...perhaps].sort() })
  })
})

describe('combined peers', () => {
  const others = [...machines, ...atMachines, 'world']
  test.each(
    asTable([
      {
        name: 'addresses perhaps, and pods',
        peer: { kind: 'all-of', of: [web, pods(everything)], span },
        certain: ['web'],
        perhaps: unplaced,
      },
      {
        name: 'pods, and addresses perhaps',
        peer: { kind: 'all-of', of: [pods(everything), web], span },
        certain: ['web'],
        perhaps: unplaced,
      },
      {
        name: 'none of some addresses',
        peer: { kind: 'none-of', of: [web], span },
        certain: others,
        perhaps: unplaced,
      },
      {
        name: 'one app or a probe',
        peer: { kind: 'any-of', of: [pods(app('web')), entities('health')], span },
        certain: ['health', 'web'],
      },
      {
        name: 'one app or some addresses',
        peer: { kind: 'any-of', of: [pods(app('press')), web], span },
        certain: ['press', 'web'],
        perhaps: unplaced.filter((name) => name !== 'press'),
      },
      { name: 'what nobody can read', peer: { kind: 'unreadable', span }, perhaps: ['web', ...unplaced, ...others] },
      { name: 'addresses outside that nobody tells', peer: { kind: 'some-addresses', span }, perhaps: ['world'] },
    ]),
  )('$name', ({ peer, certain, perhaps }) => {
    expect(answers(storeReach(peer), peer)).toEqual({ certain: [...certain].sort(), perhaps: [...perhaps].sort() })
  })

  test('an API server outside may have any address that nobody tells', () => {
    const peer: PeerSelector = { kind: 'some-addresses', span }
    expect(answers(storeReach(peer, { apiServer: 'outside' }), peer).perhaps).toEqual(['kube-apiserver', 'world'])
  })
})

describe('pods of other clusters', () => {
  const inMesh = (own: boolean, labels: LabelExpression = app('web')): PeerSelector => ({
    kind: 'pods',
    target: 'pods',
    namespaces: { kind: 'matching', expression: everything },
    labels,
    clusters: { expression: requirement(CLUSTER, 'In', ['harbour']), own },
    span,
  })
  const remoteIn = (reachability: Reachability, peer: PeerSelector) => {
    const { must, may } = reachability.matcher.peer(peer)
    return reachability.universe.remote.map(({ index }) =>
      must.has(index) ? 'yes' : may.has(index) ? 'unknown' : 'no',
    )
  }

  test.each([
    { name: 'one other cluster', peer: inMesh(false), certain: [] },
    { name: 'the own one and another', peer: inMesh(true), certain: ['web'] },
  ])('are selected where a selector looks into $name', ({ peer, certain }) => {
    const reachability = storeReach(peer)
    expect(remoteIn(reachability, peer)).toEqual(['yes', 'no', 'no', 'no'])
    expect(answers(reachability, peer)).toEqual({ certain, perhaps: [] })
  })

  test('may be selected where nobody can read the labels', () => {
    const peer = inMesh(false, { kind: 'unreadable' })
    expect(remoteIn(storeReach(peer), peer)).toEqual(['unknown', 'no'])
  })

  test('are not selected where a selector looks into its own cluster', () => {
    expect(remoteIn(storeReach(inMesh(true)), pods(app('web')))).toEqual(['no', 'no', 'no', 'no'])
  })

  test.each([
    { name: 'web', expected: 'TCP 8080' },
    { name: 'press', expected: 'nothing' },
    { name: 'gate', expected: 'nothing' },
    { name: 'world', expected: 'nothing' },
    { name: 'kube-apiserver', expected: 'nothing' },
    { name: 'unseen in store', expected: 'TCP http' },
    { name: undefined, expected: 'TCP http' },
  ])('have ports of unknown names, as unseen pods have: $name', ({ name, expected }) => {
    const { matcher, universe } = storeReach(inMesh(false))
    const found = universe.classes.find((one) => (name === undefined ? one.kind === 'remote' : nameOf(one) === name))
    const http = ConnectionSet.of('TCP', namedPort('http'))
    expect(matcher.resolveOn(http, found as PeerClass).show()).toBe(expected)
  })
})

describe('ports that an entry names', () => {
  const connections = ConnectionSet.of('TCP', namedPort('http'))
  const said = (direction: Direction) => {
    const { matcher } = storeReach(pods(everything))
    const blocks = matcher.blocks({ ...mention(pods(everything)), direction, connections })
    return blocks.must.map((block) => block.connections.show()).sort()
  }

  test('are those of each destination in egress', () => {
    expect(said('egress')).toEqual(['TCP 8080', 'TCP 8081', 'TCP 8082', 'TCP 9000', 'TCP http', 'nothing'])
  })

  test('keep their names in ingress, whose subjects have them', () => {
    expect(said('ingress')).toEqual(['TCP http'])
  })
})
