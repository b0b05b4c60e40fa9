import { describe, expect, test } from 'vitest'
import { idKey } from '../../src/model/cluster.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { textOf } from '../../src/source/span.ts'
import { calico, gnp, np, tier } from './calico-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith } from './store.ts'

const endpoint = (spec: string, labels = '{role: gate}', name = 'gate', group = 'projectcalico.org/v3'): string =>
  manifest(group, 'HostEndpoint', `{name: ${name}, labels: ${labels}}`, spec)
const eth0 = 'node: shelf\ninterfaceName: eth0'
const profile = (spec: string, name = 'visitors'): string =>
  manifest('projectcalico.org/v3', 'Profile', `{name: ${name}}`, spec)
const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())

type Peer = Parameters<Reachability['connections']>[0]

function workloadNamed({ universe, input }: Reachability, name: string): Peer {
  const { workloads, hostEndpoints } = input.cluster
  const found = [...workloads, ...hostEndpoints].find(({ id }) => id.name === name)
  const peer = found && universe.classOf.get(`head ${idKey(found.id)}`)
  if (peer === undefined) throw new Error(`nobody is called ${name}`)
  return peer
}

function worldOf({ universe }: Reachability): Peer {
  const world = AddressSet.of('192.0.2.44/32')
  const found = universe.addresses.find(({ addresses }) => world.isSubsetOf(addresses))
  if (found === undefined) throw new Error('there is no world')
  return found
}

/** What one may open on another, for certain and perhaps. */
function answerFor(reach: Reachability, from: Peer, to: Peer, port: number): string {
  const { must, may } = reach.connections(from, to)
  return must.has('TCP', port) ? 'allow' : may.has('TCP', port) ? 'unknown' : 'deny'
}

const intoGate = (reach: Reachability, port: number): string =>
  answerFor(reach, worldOf(reach), workloadNamed(reach, 'gate'), port)

const answer = (port: number, ...manifests: readonly string[]): string => intoGate(reachOf(built(...manifests)), port)

const openAll = 'selector: role == "gate"\ntypes: [Ingress]\ningress: [{action: Allow}]'
const denyAll = 'selector: role == "gate"\ntypes: [Ingress]\ningress: [{action: Deny}]'

describe('host endpoints', () => {
  test('74. one that no policy selects and that has no profile denies all but what keeps the machine alive', () => {
    expect([80, 22, 6443].map((port) => answer(port, endpoint(eth0)))).toEqual(['deny', 'allow', 'allow'])
  })

  test('74. pods of the machine are not touched', () => {
    const reach = reachOf(built(endpoint(eth0)))
    const [from, to] = [workloadNamed(reach, 'web'), workloadNamed(reach, 'checkout')]
    expect(reach.connections(from, to).must.isAll).toBe(true)
  })

  test('72. rules before translation are told not to be in the answer', () => {
    const policy = gnp(
      'selector: all()\napplyOnForward: true\npreDNAT: true\ntypes: [Ingress]\ningress: [{action: Deny}]',
    )
    expect(showProblems(built(endpoint(eth0), policy))).toEqual(['host-rules-not-modelled at preDNAT: true'])
    expect(showProblems(built(policy))).toEqual([])
  })

  test('rules for what a machine forwards are told to be missing where there is one', () => {
    const policy = gnp(`applyOnForward: true\n${openAll}`)
    expect(showProblems(built(endpoint(eth0), policy))).toEqual(['host-rules-not-modelled at applyOnForward: true'])
    expect(answer(80, endpoint(eth0), policy)).toBe('allow')
  })

  test.each([
    ['a policy of the cluster selects it by its labels', [gnp(openAll)], 'allow'],
    ['one of a namespace does not', [np(openAll)], 'deny'],
    ['one that looks into namespaces does not', [gnp(`namespaceSelector: all()\n${openAll}`)], 'deny'],
    ['one that asks for accounts does not', [gnp(`serviceAccountSelector: all()\n${openAll}`)], 'deny'],
    [
      'a label of its profile counts',
      [gnp(openAll.replace('role', 'floor').replace('gate', 'ground')), profile('labelsToApply: {floor: ground}')],
      'allow',
    ],
    ['its own label wins over that of a profile', [gnp(openAll), profile('labelsToApply: {role: back}')], 'allow'],
    [
      'a profile allows what no policy decides',
      [profile('ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]')],
      'allow',
    ],
    ['the first rule of the profiles decides', [profile('ingress: [{action: Deny}, {action: Allow}]')], 'deny'],
    ['a policy comes before any profile', [gnp(denyAll), profile('ingress: [{action: Allow}]')], 'deny'],
  ])('%s', (_, manifests, expected) => {
    expect(answer(80, endpoint(`${eth0}\nprofiles: [visitors]`), profile('{}'), ...manifests)).toBe(expected)
  })

  test('a profile that is not among the manifests may allow anything', () => {
    const side = built(endpoint(`${eth0}\nprofiles: [visitors]`))
    expect(showProblems(side)).toEqual(['reference-missing at visitors'])
    expect(intoGate(reachOf(side), 80)).toBe('unknown')
  })

  test('an automatic host endpoint is open', () => {
    expect(answer(80, endpoint(`${eth0}\nprofiles: [projectcalico-default-allow]`))).toBe('allow')
  })

  test('stored objects are read alike', () => {
    expect(answer(80, endpoint(eth0, '{role: gate}', 'gate', 'crd.projectcalico.org/v1'), gnp(openAll))).toBe('allow')
  })

  test('a policy without a selector is for host endpoints too', () => {
    expect(answer(80, endpoint(eth0), gnp('types: [Ingress]\ningress: [{action: Allow}]'))).toBe('allow')
    expect(answer(80, endpoint(eth0), gnp('selector: has(app)\ntypes: [Ingress]\ningress: [{action: Allow}]'))).toBe(
      'deny',
    )
  })

  test('it is a peer by its labels, and by its addresses', () => {
    const rule = (source: string): string =>
      `selector: app == "web"\ntypes: [Ingress]\ningress: [{action: Allow, source: ${source}}]`
    const opened = (source: string, spec: string): string => {
      const reach = reachOf(built(endpoint(spec), gnp(rule(source))))
      return answerFor(reach, workloadNamed(reach, 'gate'), workloadNamed(reach, 'web'), 80)
    }
    const open = `${eth0}\nprofiles: [projectcalico-default-allow]`
    const addressed = `node: shelf\nexpectedIPs: [10.99.0.1]\nprofiles: [projectcalico-default-allow]`
    expect(opened('{selector: role == "gate"}', open)).toBe('allow')
    expect(opened('{selector: role == "gate", namespaceSelector: global()}', open)).toBe('allow')
    expect(opened('{selector: role == "gate", namespaceSelector: all()}', open)).toBe('deny')
    expect(opened('{nets: [10.99.0.0/24]}', addressed)).toBe('allow')
    expect(opened('{nets: [10.98.0.0/24]}', addressed)).toBe('deny')
    expect(opened('{nets: [10.99.0.0/24]}', open)).toBe('unknown')
  })

  test.each([
    ['its labels', '{selector: role == "gate"}', 'allow'],
    ['other labels', '{selector: role == "back"}', 'deny'],
    ['what lives in no namespace', '{namespaceSelector: global()}', 'allow'],
    ['what lives in some', '{namespaceSelector: all()}', 'deny'],
    ['accounts', '{serviceAccounts: {selector: "!has(trusted)"}}', 'deny'],
    ['its address', '{nets: [10.99.0.0/24]}', 'allow'],
    ['another address', '{nets: [10.98.0.0/24]}', 'deny'],
    ['ports alone', '{ports: [80]}', 'allow'],
  ])('a rule for its own end by %s', (_, own, expected) => {
    const rule = `types: [Ingress]\ningress: [{action: Allow, protocol: TCP, destination: ${own}}]`
    const gate = endpoint('node: shelf\nexpectedIPs: [10.99.0.1]')
    expect(answer(80, gate, gnp(`selector: role == "gate"\n${rule}`))).toBe(expected)
    expect(answer(80, gate, gnp(`namespaceSelector: all()\n${rule}`))).toBe('deny')
  })

  test.each([
    [22, 'allow', 'ingress'],
    [179, 'allow', 'ingress'],
    [2379, 'allow', 'ingress'],
    [2380, 'allow', 'ingress'],
    [5473, 'allow', 'ingress'],
    [6443, 'allow', 'ingress'],
    [6666, 'allow', 'ingress'],
    [6667, 'allow', 'ingress'],
    [23, 'deny', 'ingress'],
    [22, 'deny', 'egress'],
    [179, 'allow', 'egress'],
    [6443, 'allow', 'egress'],
  ])('port %d is failsafe: %s for %s, whatever policies say', (port, expected, direction) => {
    const closed = gnp('order: 1\nselector: role == "gate"\ntypes: [Ingress, Egress]')
    const reach = reachOf(built(endpoint(eth0), closed))
    const [gate, world] = [workloadNamed(reach, 'gate'), worldOf(reach)]
    expect(direction === 'ingress' ? intoGate(reach, port) : answerFor(reach, gate, world, port)).toBe(expected)
  })

  test('names and addresses are lost for lookups and leases only', () => {
    const reach = reachOf(built(endpoint(eth0)))
    const [gate, world] = [workloadNamed(reach, 'gate'), worldOf(reach)]
    expect(reach.connections(world, gate).must.show()).toContain('UDP 68')
    expect(reach.connections(gate, world).must.show()).toContain('UDP 53, 67')
  })

  test('what it brings by itself stands at its profiles, else at its name', () => {
    const shown = (spec: string): readonly string[] =>
      built(endpoint(spec)).input.entries.map(({ origin, isolates, effect }) => {
        return `${origin.rule} (${origin.index}) ${isolates} ${effect}: ${textOf(origin.span)}`
      })
    const own = (place: string): readonly string[] =>
      ['ingress', 'egress'].flatMap((direction) => [
        `ports that stay open for ${direction} (-1) false exact: ${place}`,
        `isolates the host for ${direction} (-1) true exact: ${place}`,
      ])
    expect(shown(eth0)).toEqual(own('gate'))
    expect(shown(`${eth0}\nprofiles: [kns.store]`)).toEqual([
      ...own('profiles: [kns.store]'),
      ...Array(2).fill('profile kns.store (-1) false exact: kns.store'),
    ])
  })

  test('profiles are asked in turn', () => {
    const [first, second] = ['Deny', 'Allow'].map((action, index) =>
      profile(`ingress: [{action: ${action}}]`, ['closed', 'open'][index]),
    ) as [string, string]
    const asked = (names: string): string => answer(80, endpoint(`${eth0}\nprofiles: [${names}]`), first, second)
    expect([asked('closed, open'), asked('open, closed'), asked('open')]).toEqual(['deny', 'allow', 'allow'])
  })

  test('a profile that is refused may allow what it says', () => {
    const broken = profile('ingress: [{action: Allow}, {action: allow}]')
    expect(answer(80, endpoint(`${eth0}\nprofiles: [visitors]`), broken)).toBe('unknown')
  })

  test.each([
    [
      'a template as its address',
      `${eth0}\nexpectedIPs: ["{{ .Values.ip }}"]`,
      ['template-value at "{{ .Values.ip }}"'],
    ],
    ['an interface and no address', eth0, []],
    ['an address and no interface', 'node: shelf\nexpectedIPs: [10.99.0.1]', []],
    ['a null node', 'node: null\ninterfaceName: eth0', ['host-endpoint-invalid at node: null\n  interfaceName: eth0']],
  ])('one with %s', (_, spec, expected) => {
    expect(showProblems(built(endpoint(spec)))).toEqual(expected)
  })

  test('one that is refused is perhaps not there', () => {
    const { entries } = built(endpoint('interfaceName: eth0')).input
    expect(new Set(entries.map(({ exists }) => exists))).toEqual(new Set(['unknown']))
  })

  test('labels of a profile that are none are told', () => {
    expect(showProblems(built(profile('labelsToApply: {floor: 1}')))).toEqual(['label-not-string at 1'])
  })

  test.each([
    ['without a node', 'interfaceName: eth0', 'host-endpoint-invalid at interfaceName: eth0'],
    ['without interface and addresses', 'node: shelf', 'host-endpoint-invalid at node: shelf'],
    ['with a network as address', `${eth0}\nexpectedIPs: [10.0.0.0/8]`, 'host-endpoint-invalid at 10.0.0.0/8'],
    ['with a field that is none', `${eth0}\nnodes: [shelf]`, 'unknown-field at nodes: [shelf]'],
  ])('one %s is reported', (_, spec, problem) => {
    expect(showProblems(built(endpoint(spec)))).toEqual([problem])
  })

  test('no tier comes before the ports that keep the machine alive, however low its order', () => {
    const first = [tier('order: -1e300', 'first'), gnp(`tier: first\n${denyAll}`)]
    expect([80, 22].map((port) => answer(port, endpoint(eth0), ...first))).toEqual(['deny', 'allow'])
  })

  test('its entries bear its identity, those of a profile that of the profile', () => {
    const policies = built(endpoint(`${eth0}\nprofiles: [visitors]`), profile('ingress: [{action: Allow}]')).input
      .entries
    const named = new Set(policies.map(({ origin: { policy } }) => `${policy.group}/${policy.kind} ${policy.name}`))
    expect(named).toEqual(new Set(['projectcalico.org/HostEndpoint gate', 'projectcalico.org/Profile visitors']))
  })

  test('what its profile allows or nobody decides has no port of its own', () => {
    const { entries } = built(endpoint(`${eth0}\nprofiles: [kns.store]`)).input
    expect(entries).toHaveLength(6)
    expect(entries.flatMap(({ origin }) => origin.ports)).toEqual([])
  })

  test.each([
    ['a template as a whole', 'spec: "{{ .Values.gate }}"', 'template-value at "{{ .Values.gate }}"'],
    ['an address that is no text', 'spec: {node: shelf, expectedIPs: [8]}', 'host-endpoint-invalid at 8'],
    ['a profile that is no text', 'spec: {node: shelf, interfaceName: eth0, profiles: [8]}', 'reference-missing at 8'],
    [
      'a profile that only ends like one of a namespace',
      'spec: {node: shelf, interfaceName: eth0, profiles: [till.kns.]}',
      'reference-missing at till.kns.',
    ],
  ])('%s is told', (_, spec, problem) => {
    const side = built(`apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: gate}\n${spec}\n`)
    expect(showProblems(side)).toEqual([problem])
    expect(side.diagnostics[0]?.message).not.toContain('undefined')
  })
})
