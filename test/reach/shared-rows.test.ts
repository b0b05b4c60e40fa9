import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { everything, type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import type { Direction, PeerSelector, PodSelector, PolicyEntry } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass, Side, SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort, portRange } from '../../src/sets/port-set.ts'
import { syntheticSpan as span } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { calico } from '../policies/calico-store.ts'
import { manifest } from '../policies/store.ts'

const is = (key: string, value: string): LabelExpression => requirement(key, 'In', [value])
const selects = (labels: LabelExpression, namespaces: LabelExpression = everything): PodSelector => ({
  target: 'pods',
  namespaces: { kind: 'matching', expression: namespaces },
  labels,
})
const pods = (labels: LabelExpression, namespaces?: LabelExpression): PeerSelector => ({
  kind: 'pods',
  span,
  ...selects(labels, namespaces),
})
const block = (set: string, matchesNodes: 'yes' | 'no' = 'yes'): PeerSelector => ({
  kind: 'addresses',
  addresses: AddressSet.of(set),
  matchesPods: 'yes',
  matchesNodes,
  span,
})
const rack = (name: string): PeerSelector => ({ kind: 'nodes', which: 'all', labels: is('rack', name), span })
const machines: PeerSelector = { kind: 'entities', entities: ['host', 'remote-node'], span }
const all = (...of: readonly PeerSelector[]): PeerSelector => ({ kind: 'all-of', of, span })

const ledger = selects(is('app', 'ledger'))
const https = ConnectionSet.of('TCP', portRange(443))
const http = ConnectionSet.of('TCP', namedPort('http'))

interface Rule {
  readonly subject?: PodSelector
  readonly direction?: Direction
  readonly peers: readonly PeerSelector[]
  readonly connections?: ConnectionSet
}

/** An entry that both sides hold: it isolates the ledger, unless told, and allows some peers. */
const entryOf = ({ subject = ledger, direction = 'ingress', peers, connections = https }: Rule): PolicyEntry => ({
  ...mention(...peers),
  subject,
  direction,
  connections,
  isolates: true,
})

const pod = (name: string, labels: string, spec = '', status = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {${labels}}}\nspec: {${spec}containers: [{name: main, image: store}]}\n${status}`
const at = (address: string): string => `status: {podIP: ${address}}\n`
const named = (app: string, port: number, name = app): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${app}}}\nspec: {containers: [{name: main, image: till, ports: [{name: http, containerPort: ${port}}]}]}\n`
const namespace = (name: string, labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`
const node = (name: string, labels: string, address: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {${labels}}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n`
const gate = (role: string): string =>
  manifest(
    'projectcalico.org/v3',
    'HostEndpoint',
    `{name: gate, labels: {role: ${role}}}`,
    'node: shelf\ninterfaceName: eth0',
  )

/** What both sides hold: pods of a store and of an office, and an agent on the network of a machine. */
const store = [
  namespace('store', 'team: store'),
  namespace('office', 'team: office'),
  namespace('kube-system', 'team: system'),
  pod('web', 'app: web', '', at('10.20.1.1')),
  pod('ledger', 'app: ledger', '', at('10.20.1.3')),
  pod('agent', 'app: agent', 'hostNetwork: true, nodeName: shelf, ', at('192.168.40.5')),
  pod('auditor', 'app: auditor').replace('namespace: store', 'namespace: office'),
]

const parsed = new Map<string, readonly Resource[]>()

/** Equal texts are one resource, as in a change that leaves a file alone. */
function resourcesOf(text: string): readonly Resource[] {
  const found = parsed.get(text) ?? parseManifests({ path: `file-${parsed.size}.yaml`, text }).resources
  parsed.set(text, found)
  return found
}

const profile = calico()

function sides(base: readonly string[], head: readonly string[], rules: readonly Rule[]): Record<Side, SideInput> {
  const entries = rules.map(entryOf)
  const side = (manifests: readonly string[]): SideInput => {
    const resources = [...store, ...manifests].flatMap(resourcesOf)
    return { cluster: buildCluster({ name: 'store', open: false, profile, resources }), entries }
  }
  return { base: side(base), head: side(head) }
}

function both({ base, head }: Record<Side, SideInput>): Record<Side, Reachability> {
  const universe = partition(base, head)
  return { base: reach(universe, 'base', base), head: reach(universe, 'head', head) }
}

/** Every row of one side, under both bounds. */
const rowsOf = (reachability: Reachability): string[] =>
  reachability.universe.classes.flatMap((found) =>
    (['ingress', 'egress'] as const).map((direction) => {
      const { must, may } = reachability.row(found, direction)
      return `${found.index} ${direction} ${must.key} / ${may.key}`
    }),
  )

describe('a side answers as it would without the other, where the two differ in', () => {
  test.each<{ name: string; base: readonly string[]; head: readonly string[]; rules: readonly Rule[] }>([
    {
      name: 'labels of a namespace',
      base: [namespace('annex', 'team: store'), pod('till', 'app: till')],
      head: [namespace('annex', 'team: office'), pod('till', 'app: till')],
      rules: [
        { peers: [pods(everything, is('team', 'store'))] },
        { peers: [all(pods(everything, is('team', 'store')), pods(is('app', 'web')))] },
        { peers: [pods(everything, is('team', 'store')), block('10.20.0.0/16')] },
        { subject: selects(everything, is('team', 'office')), peers: [] },
      ],
    },
    {
      name: 'labels of a namespace, which part of a combination asks for',
      base: [namespace('annex', 'team: store')],
      head: [namespace('annex', 'team: office')],
      rules: [{ peers: [all(pods(everything, is('team', 'store')), block('10.20.0.0/16'))] }],
    },
    {
      name: 'a namespace that is declared',
      base: [pod('till', 'app: till').replace('namespace: store', 'namespace: annex')],
      head: [namespace('annex', ''), pod('till', 'app: till').replace('namespace: store', 'namespace: annex')],
      rules: [{ peers: [pods(everything, is('team', 'store'))] }],
    },
    {
      name: 'a namespace that is declared no more',
      base: [namespace('annex', ''), pod('till', 'app: till').replace('namespace: store', 'namespace: annex')],
      head: [pod('till', 'app: till').replace('namespace: store', 'namespace: annex')],
      rules: [{ peers: [pods(everything, is('team', 'store'))] }],
    },
    {
      name: 'two namespaces, one of which a selector looks into',
      base: [namespace('annex', 'team: store'), namespace('hall', 'floor: one')],
      head: [namespace('annex', 'team: office'), namespace('hall', 'floor: two')],
      rules: [{ peers: [pods(everything, is('team', 'store'))] }],
    },
    ...[
      { name: 'a label that a namespace gains', base: 'team: store', head: 'team: store, floor: one' },
      { name: 'a label that a namespace loses', base: 'team: store, floor: one', head: 'team: store' },
      { name: 'a label that stands in for another', base: 'team: store', head: 'floor: one' },
      {
        name: 'a label whose value nobody knows',
        base: 'team: store',
        head: 'team: store, floor: "{{ .Values.floor }}"',
      },
    ].map(({ name, base, head }) => ({
      name,
      base: [namespace('annex', base)],
      head: [namespace('annex', head)],
      rules: [{ peers: [pods(everything, is('floor', 'one'))] }],
    })),
    {
      name: 'a namespace whose labels a template writes',
      base: [namespace('annex', 'team: "{{ .Values.team }}"')],
      head: [namespace('annex', 'team: store')],
      rules: [{ peers: [pods(everything, is('team', 'store'))] }],
    },
    {
      name: 'labels of pods',
      base: [pod('till', 'app: till')],
      head: [pod('till', 'app: scale')],
      rules: [{ peers: [pods(is('app', 'till'))] }, { subject: selects(is('app', 'scale')), peers: [] }],
    },
    {
      name: 'the address of a pod',
      base: [pod('till', 'app: till', '', at('10.20.1.9'))],
      head: [pod('till', 'app: till', '', at('10.20.1.200'))],
      rules: [{ peers: [block('10.20.1.0/25')] }, { peers: [all(block('10.20.1.0/25'), pods(everything))] }],
    },
    {
      name: 'whether a pod states its address',
      base: [pod('till', 'app: till')],
      head: [pod('till', 'app: till', '', at('10.20.1.200'))],
      rules: [{ peers: [block('10.20.1.0/25')] }],
    },
    {
      name: 'whether a pod is on the network of its machine',
      base: [pod('till', 'app: till')],
      head: [pod('till', 'app: till', 'hostNetwork: true, nodeName: shelf, ')],
      rules: [{ peers: [machines] }, { subject: selects(is('app', 'till')), peers: [] }],
    },
    {
      name: 'machines',
      base: [node('cellar', 'rack: low', '192.168.40.6')],
      head: [],
      rules: [
        { peers: [block('192.168.40.0/24', 'no')] },
        { peers: [all(block('192.168.40.0/24', 'no'), block('192.168.0.0/16', 'no'))] },
        { peers: [machines], direction: 'egress' },
        { subject: { ...selects(is('app', 'web')), entities: ['remote-node'] }, peers: [] },
      ],
    },
    {
      name: 'machines that a pod may be on',
      base: [node('cellar', 'rack: low', '192.168.40.6')],
      head: [],
      rules: [
        { peers: [pods(is('app', 'web'))] },
        { subject: selects(is('app', 'web')), direction: 'egress', peers: [machines, block('192.168.40.6/32')] },
      ],
    },
    {
      name: 'pods that listen at another number of a named port',
      base: [named('till', 8080), named('till', 9090, 'night-till').replace('app: till', 'app: shut')],
      head: [named('till', 8080), named('till', 9090, 'night-till')],
      rules: [{ direction: 'egress', peers: [pods(is('app', 'till'))], connections: http }],
    },
    {
      name: 'labels of a machine',
      base: [node('cellar', 'rack: low', '192.168.40.6')],
      head: [node('cellar', 'rack: high', '192.168.40.6')],
      rules: [
        { peers: [rack('low')] },
        { peers: [all(rack('low'), block('192.168.0.0/16'))] },
        { subject: { ...selects(is('rack', 'low'), is('team', 'store')), target: 'nodes' }, peers: [] },
      ],
    },
    {
      name: 'labels of an endpoint of a machine',
      base: [gate('door')],
      head: [gate('window')],
      rules: [
        { subject: { ...selects(is('role', 'door'), is('team', 'store')), target: 'host-endpoints' }, peers: [] },
        { peers: [{ kind: 'pods', span, ...selects(is('role', 'door')), target: 'host-endpoints' }] },
      ],
    },
    {
      name: 'the number of a named port',
      base: [named('till', 8080)],
      head: [named('till', 9090)],
      rules: [
        { direction: 'egress', peers: [pods(everything)], connections: http },
        { direction: 'egress', subject: selects(is('app', 'web')), peers: [block('10.20.0.0/16')], connections: http },
        { subject: selects(is('app', 'till')), peers: [pods(everything)], connections: http },
      ],
    },
  ])('$name', ({ base, head, rules }) => {
    const inputs = sides(base, head, rules)
    const alone = (side: Side): string[] => rowsOf(reach(partition(inputs.base, inputs.head), side, inputs[side]))
    const expected = { base: alone('base'), head: alone('head') }
    expect(expected.base).not.toEqual(expected.head)
    for (const order of [
      ['base', 'head'],
      ['head', 'base'],
    ] as const) {
      const asked = both(inputs)
      for (const side of order) expect({ side, rows: rowsOf(asked[side]) }).toEqual({ side, rows: expected[side] })
    }
  })
})

const classOf = ({ universe }: Reachability, name: string): PeerClass =>
  universe.classes.find(
    (found) => found.kind === 'workloads' && found.members.some((member) => member.base?.id.name === name),
  ) as PeerClass

describe('both sides have one answer', () => {
  const rules: readonly Rule[] = [
    { peers: [pods(is('app', 'web'))] },
    { peers: [block('10.20.0.0/16')], direction: 'egress' },
    { subject: selects(everything, is('team', 'office')), peers: [all(pods(everything), block('10.20.0.0/16'))] },
  ]
  const renamed = () => sides([namespace('annex', 'team: store')], [namespace('annex', 'team: annex')], rules)
  test('to selectors that say the same of pods where nothing changed', () => {
    const { base, head } = both(renamed())
    const inOffice = (): PodSelector => selects(is('app', 'auditor'), is('team', 'office'))
    expect(head.matcher.select(inOffice())).toBe(base.matcher.select(inOffice()))
    const changed = (): PodSelector => selects(everything, is('team', 'annex'))
    expect(head.matcher.select(changed())).not.toBe(base.matcher.select(changed()))
  })

  test('to selectors of a namespace by its name', () => {
    const { base, head } = both(renamed())
    const named = (name: string): PodSelector => ({ ...selects(everything), namespaces: { kind: 'named', name } })
    expect(head.matcher.select(named('store'))).toBe(base.matcher.select(named('store')))
    expect(head.matcher.select(named('annex'))).not.toBe(base.matcher.select(named('annex')))
  })

  test('that is one set where it is certain', () => {
    const { base } = both(renamed())
    const { must, may } = base.matcher.select(selects(is('app', 'web')))
    expect(must).toBe(may)
    const either = base.matcher.peers([pods(is('app', 'web')), pods(is('app', 'ledger'))])
    expect(either.must).toBe(either.may)
    const narrowed = base.matcher.peer(all(pods(is('app', 'web')), pods(everything)))
    expect(narrowed.must).toBe(narrowed.may)
  })

  test('and each side one to an endpoint, however often it is asked', () => {
    const { matcher } = both(renamed()).base
    expect(matcher.entities(['host'])).toBe(matcher.entities(['host']))
    expect(matcher.entities(['host'])).not.toBe(matcher.entities(['remote-node']))
  })

  test('to what an entry says of its peers', () => {
    const inputs = renamed()
    const { base, head } = both(inputs)
    for (const entry of inputs.base.entries) expect(head.matcher.blocks(entry)).toBe(base.matcher.blocks(entry))
  })

  test('to what the entries of a class are and allow', () => {
    const { base, head } = both(renamed())
    for (const name of ['auditor', 'web'])
      for (const direction of ['ingress', 'egress'] as const) {
        expect(head.uses(classOf(base, name), direction)).toBe(base.uses(classOf(base, name), direction))
        expect(head.row(classOf(base, name), direction)).toBe(base.row(classOf(base, name), direction))
      }
  })

  test('to blocks of addresses, unless a pod of one side has another address', () => {
    const { base, head } = both(renamed())
    expect(head.matcher.peer(block('10.20.1.0/25'))).toBe(base.matcher.peer(block('10.20.1.0/25')))
    const till = (address: string) => [pod('till', 'app: till', '', at(address))]
    const relabelled = both(sides([pod('till', 'app: till')], [pod('till', 'app: scale')], rules))
    const [before, after] = [relabelled.base, relabelled.head].map(({ matcher }) => matcher.peer(block('10.20.1.0/25')))
    expect(after).toBe(before)
    const moved = both(sides(till('10.20.1.9'), till('10.20.1.10'), rules))
    expect(moved.head.matcher.peer(block('10.20.1.0/25'))).not.toBe(moved.base.matcher.peer(block('10.20.1.0/25')))
  })

  test('in the direction in which no policy of a class changes', () => {
    const inputs = renamed()
    const added = entryOf({ subject: selects(everything, is('team', 'office')), direction: 'egress', peers: [] })
    const { base, head } = both({ ...inputs, head: { ...inputs.head, entries: [...inputs.head.entries, added] } })
    const auditor = classOf(base, 'auditor')
    expect(head.uses(auditor, 'ingress')).toHaveLength(1)
    expect(head.uses(auditor, 'ingress')).toBe(base.uses(auditor, 'ingress'))
    expect(head.uses(auditor, 'egress').map(({ entry }) => entry)).toEqual([added])
    expect(base.uses(auditor, 'egress')).toEqual([])
  })

  test('but not a third reading, with policies of its own', () => {
    const inputs = renamed()
    const { base, head } = both(inputs)
    const auditor = classOf(base, 'auditor')
    expect(head.uses(auditor, 'ingress')).toHaveLength(1)
    const bare = reach(base.universe, 'head', { ...inputs.head, entries: [] })
    expect(bare.uses(auditor, 'ingress')).toEqual([])
  })
})

test('rows that hold the same peers hold one set of them', () => {
  const http = ConnectionSet.of('TCP', portRange(80))
  const rules = [
    { subject: selects(is('app', 'web')), peers: [pods(is('app', 'auditor')), pods(is('app', 'ledger'))] },
    {
      subject: selects(is('app', 'auditor')),
      peers: [pods(is('app', 'ledger')), pods(is('app', 'auditor'))],
      connections: http,
    },
  ]
  const { head } = both(sides([], [], rules))
  const peersOf = (name: string) => head.row(classOf(head, name), 'ingress').must.blocks.map(({ peers }) => peers)
  expect(peersOf('web')).toHaveLength(1)
  expect(peersOf('auditor')[0]).toBe(peersOf('web')[0])
})
