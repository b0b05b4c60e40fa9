import { describe, expect, test } from 'vitest'
import { everything, type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import type { NamespaceScope, PeerSelector, PodSelector, PolicyEntry } from '../../src/policies/entry.ts'
import { doubtsOf } from '../../src/reach/doubts.ts'
import type { EntryUse } from '../../src/reach/evaluate.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort, portRange } from '../../src/sets/port-set.ts'
import { type Span, syntheticSpan } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { calico } from '../policies/calico-store.ts'
import { storeWith } from '../policies/store.ts'

/** Places of items: each stands at its own offset. */
const place = (start: number): Span => ({ ...syntheticSpan, start })
const span = syntheticSpan

const is = (key: string, value: string): LabelExpression => requirement(key, 'In', [value])
const unreadable: LabelExpression = { kind: 'unreadable' }
const matching = (expression: LabelExpression): NamespaceScope => ({ kind: 'matching', expression })
const selects = (labels: LabelExpression, namespaces: NamespaceScope = matching(everything)): PodSelector => ({
  target: 'pods',
  namespaces,
  labels,
})
const pods = (labels: LabelExpression, namespaces?: NamespaceScope): PeerSelector => ({
  kind: 'pods',
  span,
  ...selects(labels, namespaces),
})
const team = matching(is('team', 'store'))
const block = (set: string, matchesPods: 'yes' | 'unknown' = 'yes'): PeerSelector => ({
  kind: 'addresses',
  addresses: AddressSet.of(set),
  matchesPods,
  matchesNodes: 'yes',
  span,
})
const combined = (kind: 'all-of' | 'any-of' | 'none-of', ...of: readonly PeerSelector[]): PeerSelector => ({
  kind,
  of,
  span,
})
const rack: PeerSelector = { kind: 'nodes', which: 'all', labels: is('rack', 'back-room'), span }
const host: PeerSelector = { kind: 'entities', entities: ['host'], span }

/** Beside the store: a press without an address, and its twin in a namespace that nobody declares. */
const press = (namespace: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: press-${namespace}, namespace: ${namespace}, labels: {app: press}}\nspec: {containers: [{name: main, image: press}]}\n`
const roamer =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: roamer, namespace: store, labels: {app: roamer}}\nspec: {hostNetwork: true, containers: [{name: main, image: roamer}]}\n'

interface Rule extends Partial<Pick<PolicyEntry, 'subject' | 'direction' | 'connections' | 'exists' | 'effect'>> {
  readonly peers: readonly PeerSelector[]
}

function peerIn({ universe }: Reachability, name: string): PeerClass {
  const found =
    name === 'unseen elsewhere'
      ? universe.elsewhere[0]
      : universe.classes.find((one) =>
          one.kind === 'workloads'
            ? one.members.some(({ head }) => head?.id.name === name)
            : one.kind === 'cell' && name === `unseen in ${one.namespace}`,
        )
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found
}

/** Doubts about what one entry for the checkout says of a peer. */
function doubts({ peers, ...rule }: Rule, peer: string, isWholeInDoubt = true) {
  const entry: PolicyEntry = {
    ...mention(...peers),
    subject: selects(is('app', 'checkout')),
    connections: ConnectionSet.of('TCP', portRange(443)),
    ...rule,
  }
  const { input } = storeWith([press('store'), press('annex'), roamer], calico())
  const isolation: PolicyEntry = { ...entry, peers: [], exists: 'yes', effect: 'exact' }
  const others = isWholeInDoubt ? [] : [isolation]
  const asked = { ...input, entries: [entry, mention(), ...others] }
  const told = mention(host, ...['checkout', 'press', 'roamer'].map((app) => pods(is('app', app))))
  const universe = partition({ ...asked, entries: [entry, told] }, asked)
  const reachability = reach(universe, 'head', asked)
  const subject = peerIn(reachability, 'checkout')
  const [use] = reachability.uses(subject, entry.direction)
  return doubtsOf(reachability, use as EntryUse, subject, peerIn(reachability, peer))
}

const labels = { kind: 'labels' }
const addresses = { kind: 'addresses' }
const annex = { kind: 'namespace-labels', namespace: 'annex' }

interface Case {
  readonly name: string
  readonly rule: Rule
  readonly peer?: string
  readonly expected: readonly object[]
}

describe('what an entry says of a peer is in doubt for', () => {
  test.each<Case>([
    { name: 'nothing: the peer matches', rule: { peers: [pods(is('app', 'press'))] }, expected: [] },
    { name: 'nothing: the peer does not match', rule: { peers: [pods(is('app', 'web'))] }, expected: [] },
    { name: 'labels that a template writes', rule: { peers: [pods(unreadable)] }, expected: [labels] },
    {
      name: 'labels of an undeclared namespace',
      rule: { peers: [pods(everything, team)] },
      peer: 'press-annex',
      expected: [annex],
    },
    {
      name: 'labels of pods in a declared namespace',
      rule: { peers: [pods(unreadable, team)] },
      expected: [labels],
    },
    {
      name: 'labels of pods in an undeclared namespace that is named',
      rule: { peers: [pods(unreadable, { kind: 'named', name: 'annex' })] },
      peer: 'press-annex',
      expected: [labels],
    },
    {
      name: 'a condition on a declared namespace that nobody can read',
      rule: { peers: [pods(everything, matching(unreadable))] },
      expected: [labels],
    },
    {
      name: 'labels of unseen pods elsewhere',
      rule: { peers: [pods(unreadable)] },
      peer: 'unseen elsewhere',
      expected: [labels],
    },
    { name: 'the address of a pod', rule: { peers: [block('10.20.0.0/16')] }, expected: [addresses] },
    {
      name: 'whether a block speaks of pods',
      rule: { peers: [block('0.0.0.0/0', 'unknown')] },
      expected: [{ kind: 'block-on-pods' }],
    },
    { name: 'the labels of a machine', rule: { peers: [rack] }, peer: 'roamer', expected: [labels] },
    { name: 'which machine a pod is on', rule: { peers: [host] }, peer: 'roamer', expected: [{ kind: 'machine' }] },
    {
      name: 'items that nobody can read, each by its place',
      rule: {
        peers: [
          { kind: 'unreadable', span: place(3) },
          { kind: 'unreadable', span: place(9) },
        ],
      },
      expected: [
        { kind: 'unreadable', span: place(3) },
        { kind: 'unreadable', span: place(9) },
      ],
    },
    {
      name: 'one reason that two items share, once',
      rule: { peers: [block('10.20.0.0/16'), block('10.0.0.0/9')] },
      expected: [addresses],
    },
    {
      name: 'nothing, since one of the items certainly matches',
      rule: { peers: [block('10.20.0.0/16'), pods(is('app', 'press'))] },
      expected: [],
    },
    {
      name: 'an item, whatever another says of others',
      rule: { peers: [pods(is('app', 'web')), block('10.20.0.0/16')] },
      expected: [addresses],
    },
    {
      name: 'part of a combination that is in doubt',
      rule: { peers: [combined('all-of', pods(is('app', 'press')), block('10.20.0.0/16'))] },
      expected: [addresses],
    },
    {
      name: 'part of a choice that may match',
      rule: { peers: [combined('any-of', pods(is('app', 'web')), block('10.20.0.0/16'))] },
      expected: [addresses],
    },
    {
      name: 'part of what is left out',
      rule: { peers: [combined('none-of', block('10.20.0.0/16'), pods(is('app', 'web')))] },
      expected: [addresses],
    },
    { name: 'nothing, where everybody is meant', rule: { peers: [combined('none-of')] }, expected: [] },
    {
      name: 'whether the policy is of the subject',
      rule: { subject: selects(unreadable), peers: [pods(is('app', 'press'))] },
      expected: [labels],
    },
    {
      name: 'whether it is of the subject and what it says of the peer',
      rule: { subject: selects(unreadable), peers: [block('10.20.0.0/16')] },
      expected: [labels, addresses],
    },
    {
      name: 'whether the policy is there, before all else',
      rule: { exists: 'unknown', peers: [block('10.20.0.0/16')] },
      expected: [{ kind: 'refused' }],
    },
  ])('$name', ({ rule, peer = 'press-store', expected }) => {
    expect(doubts(rule, peer)).toEqual(expected)
  })
})

describe('the number of a named port is in doubt', () => {
  const connections = ConnectionSet.of('TCP', namedPort('http'))
  const out: Rule = { direction: 'egress', connections, peers: [pods(everything)] }
  test.each<Case>([
    { name: 'on unseen pods', rule: out, peer: 'unseen in store', expected: [{ kind: 'port-names' }] },
    { name: 'not on pods in the tree', rule: out, peer: 'web', expected: [] },
    {
      name: 'not on the subject, whoever comes',
      rule: { ...out, direction: 'ingress' },
      peer: 'unseen in store',
      expected: [],
    },
    {
      name: 'not on pods that the rule does not speak of',
      rule: { ...out, peers: [pods(is('app', 'press'))] },
      peer: 'unseen in store',
      expected: [],
    },
    {
      name: 'not where the rule gives numbers',
      rule: { ...out, connections: ConnectionSet.of('TCP', portRange(80)) },
      peer: 'unseen in store',
      expected: [],
    },
  ])('$name', ({ rule, peer = '', expected }) => {
    expect(doubts(rule, peer)).toEqual(expected)
  })
})

describe('whether an entry is there is in doubt', () => {
  const rule: Rule = { exists: 'unknown', peers: [pods(everything)] }
  test.each<{ name: string; rule: Rule; isWholeInDoubt: boolean; expected: string }>([
    { name: 'since the object may be refused', rule, isWholeInDoubt: true, expected: 'refused' },
    { name: 'since the plugin may not know this part of it', rule, isWholeInDoubt: false, expected: 'enforcement' },
    {
      name: 'since its action cannot be read',
      rule: { ...rule, effect: 'unknown' },
      isWholeInDoubt: false,
      expected: 'refused',
    },
  ])('$name', ({ rule, isWholeInDoubt, expected }) => {
    expect(doubts(rule, 'web', isWholeInDoubt)).toEqual([{ kind: expected }])
  })
})
