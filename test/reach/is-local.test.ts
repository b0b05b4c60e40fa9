import { describe, expect, test } from 'vitest'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { isLocal } from '../../src/reach/is-local.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { calico } from '../policies/calico-store.ts'
import { reachOf, reachOfBoth, storeWith } from '../policies/store.ts'

const pod = (name: string, labels: string, spec: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${labels}}}\nspec: {${spec}containers: [{name: main, image: store}]}\n`

/** The store, whose machine is `shelf` at 192.168.40.5, with pods bound to it and to others. */
const manifests = [
  'apiVersion: v1\nkind: Node\nmetadata: {name: cellar}\nstatus: {addresses: [{type: InternalIP, address: 192.168.40.6}]}\n',
  pod('till', 'till', 'nodeName: shelf, '),
  pod('scale', 'scale', 'nodeName: shelf, '),
  pod('north-door', 'door', 'nodeName: shelf, '),
  pod('south-door', 'door', 'nodeName: shelf, '),
  pod('north-lift', 'lift', 'nodeName: shelf, '),
  pod('south-lift', 'lift', 'nodeName: cellar, '),
  pod('attic-lamp', 'lamp', 'nodeName: attic, '),
  pod('cellar-agent', 'agent', 'hostNetwork: true, nodeName: cellar, '),
  pod('roaming-agent', 'agent', 'hostNetwork: true, '),
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: press, namespace: store}\nspec:\n  selector: {matchLabels: {app: press}}\n  template:\n    metadata: {labels: {app: press}}\n    spec: {nodeName: shelf, containers: [{name: main, image: press}]}\n`,
  ...['till', 'scale', 'door', 'lift', 'lamp', 'agent', 'press', 'web'].map(
    (app) => `podSelector: {matchLabels: {app: ${app}}}\ningress: []`,
  ),
]

const reach = reachOf(storeWith(manifests))

function peer({ universe, input, side }: Reachability, name: string): PeerClass {
  const address = /^[0-9.]+$/.test(name) ? AddressSet.of(`${name}/32`) : undefined
  const id = input.cluster.workloads.find((workload) => workload.id.name === name)?.id
  const found =
    address === undefined
      ? universe.classOf.get(`${side} ${id?.group}/${id?.kind}/${id?.namespace}/${name}`)
      : universe.addresses.find(({ addresses }) => address.isSubsetOf(addresses))
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found
}

const local = (pair: string): boolean => {
  const [from = '', , to = ''] = pair.split(' ')
  return isLocal(reach, peer(reach, from), peer(reach, to))
}

describe('policies have no say between', () => {
  test.each([
    ['a pod and itself', 'till → till'],
    ['a machine and a pod bound to it', '192.168.40.5 → till'],
    ['a machine and pods that are alike, all bound to it', '192.168.40.5 → north-door'],
    ['a machine and replicas bound to it', '192.168.40.5 → press'],
    ['a pod on the network of a machine and a pod bound to that machine', 'agent → till'],
  ])('%s', (_, pair) => {
    expect(local(pair)).toBe(true)
  })
})

describe('policies have their say between', () => {
  test.each([
    ['a replica and another', 'press → press'],
    ['two pods that are alike', 'north-door → south-door'],
    ['two pods of one machine', 'scale → till'],
    ['a pod and its own machine', 'till → 192.168.40.5'],
    ['a pod and one on the network of its machine', 'till → agent'],
    ['a machine and a pod bound to another', '192.168.40.6 → till'],
    ['a machine and pods that are alike, some bound to another', '192.168.40.5 → north-lift'],
    ['a machine and a pod bound to none', '192.168.40.5 → web'],
    ['a machine and a pod bound to one that nobody declares', '192.168.40.5 → attic-lamp'],
    ['an address outside and a pod', '192.0.2.44 → till'],
    ['a pod on the network of another machine and a pod', 'cellar-agent → till'],
    ['a pod on the network of some machine and a pod', 'roaming-agent → till'],
    ['a pod on the network of some machine and a pod bound to none', 'roaming-agent → web'],
  ])('%s', (_, pair) => {
    expect(local(pair)).toBe(false)
  })
})

describe('the machine of a pod, whichever it is', () => {
  const told = ['host', 'remote-node', 'health', 'kube-apiserver'] as const
  const hears = (profile: NetworkProfile, source: string, destination: string): boolean => {
    const reachability = reachOf(storeWith(manifests, profile), told)
    const { nodes, entities } = reachability.universe
    const from = [...nodes, ...entities].find((found) => ('place' in found ? found.place : found.entity) === source)
    return isLocal(reachability, from as PeerClass, peer(reachability, destination))
  }

  test.each([
    { name: 'a pod', source: 'own', destination: 'web', expected: true },
    { name: 'an address outside', source: 'own', destination: '192.0.2.44', expected: false },
    { name: 'a pod, from another machine', source: 'other', destination: 'web', expected: false },
    { name: 'a pod bound to it, from a probe', source: 'health', destination: 'till', expected: false },
  ])('is kept out by no policy of Calico: $name', ({ source, destination, expected }) => {
    expect(hears(calico(), source, destination)).toBe(expected)
  })

  test('is policed where the plugin does so', () => {
    expect(hears({ ...calico(), ownMachine: 'allowed-unless-denied' }, 'own', 'web')).toBe(false)
  })
})

test('a pod that the change removes is on no machine', () => {
  const kept = manifests.filter((text) => !text.includes('name: till,') && !text.includes('name: cellar-agent,'))
  const { base, head } = reachOfBoth(storeWith(manifests), storeWith(kept))
  const [till, agent, shelf] = ['till', 'cellar-agent', '192.168.40.5'].map((name) => peer(base, name)) as [
    PeerClass,
    PeerClass,
    PeerClass,
  ]
  const lift = peer(base, 'south-lift')
  expect([till, shelf].map((source) => isLocal(base, source, till))).toEqual([true, true])
  expect([till, shelf].map((source) => isLocal(head, source, till))).toEqual([false, false])
  expect(isLocal(head, agent, lift)).toBe(false)
})
