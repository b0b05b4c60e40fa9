import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import type { CiliumSettings } from '../../src/model/network-plugin.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { textOf } from '../../src/source/span.ts'
import { ciliumProfile, clusterwide, onCheckout, onStore } from './cilium-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const template = '"{{ .Values.till }}"'
const built = (spec: string, settings: Partial<CiliumSettings> = {}): BuiltSide =>
  storeWith([spec], ciliumProfile(settings))
const cnp = (spec: string): string =>
  manifest('cilium.io/v2', 'CiliumNetworkPolicy', '{name: till, namespace: store}', spec)

describe('an entry', () => {
  const ingress = (entry: string): string => onCheckout(`ingress: [${entry}]`)
  test.each([
    { name: 'with peers', spec: ingress('{fromEndpoints: [{}]}'), effect: 'exact' },
    { name: 'with ports', spec: ingress('{toPorts: [{ports: [{port: "80"}]}]}'), effect: 'exact' },
    {
      name: 'with one peer of two unread',
      spec: ingress(`{fromCIDR: [192.0.2.0/24, ${template}]}`),
      effect: 'unknown',
    },
    {
      name: 'with one port of two unread',
      spec: ingress(`{toPorts: [{ports: [{port: "80"}, ${template}]}]}`),
      effect: 'unknown',
    },
    {
      name: 'behind a listener',
      spec: onCheckout(
        'egress: [{toPorts: [{ports: [{port: "80"}]}, {ports: [{port: "81"}], listener: {name: l, envoyConfig: {name: e}}}]}]',
      ),
      effect: 'wider',
    },
    {
      name: 'with a null listener',
      spec: onCheckout('egress: [{toPorts: [{ports: [{port: "80"}], listener: null}]}]'),
      effect: 'exact',
    },
    {
      name: 'with authentication',
      spec: ingress('{fromEndpoints: [{}], authentication: {mode: required}}'),
      effect: 'wider',
    },
    {
      name: 'with authentication switched off',
      spec: ingress('{fromEndpoints: [{}], authentication: {mode: disabled}}'),
      effect: 'exact',
    },
    { name: 'with null authentication', spec: ingress('{fromEndpoints: [{}], authentication: null}'), effect: 'exact' },
  ])('$name is $effect', ({ spec, effect }) => {
    const [, entry] = built(spec).input.entries
    expect(entry?.effect).toBe(effect)
  })

  test('that is null is told', () => {
    expect(showProblems(built(ingress('null')))).toEqual(['null-item at null'])
  })

  test.each(['null', '[]'])('is not in a list that is %s, which isolates nobody', (list) => {
    const side = built(onCheckout(`ingress: ${list}\negress: [{}]`))
    expect(side.input.entries.map(({ direction }) => direction)).toEqual(['egress'])
  })

  test('that is denied needs no authentication', () => {
    const side = built(onCheckout('ingressDeny: [{fromEndpoints: [{}], authentication: {mode: required}}]'))
    expect(showProblems(side)).toEqual(['unknown-field at authentication: {mode: required}'])
    expect(side.input.entries.map(({ verdict, effect }) => `${verdict} ${effect}`)).toEqual([
      'allow exact',
      'deny exact',
    ])
  })
})

describe('isolation', () => {
  test('stands at the list that brings it, and is called by its rule', () => {
    const { entries } = built(onStore('ingressDeny: [{}]\negress: [{}]')).input
    expect(entries.map(({ origin }) => [origin.rule, origin.index, textOf(origin.span)])).toEqual([
      ['isolates its pods for ingress', -1, 'ingressDeny: [{}]'],
      ['isolates its pods for egress', -1, 'egress: [{}]'],
    ])
  })

  test('is open where the switch is no boolean, which is refused', () => {
    const side = built(onCheckout('ingress: [{}]\nenableDefaultDeny: {ingress: "no"}'))
    expect(showProblems(side)).toEqual(['field-type at "no"'])
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe('unknown')
  })

  test.each([
    ['enableDefaultDeny: {ingress: null}', 'deny'],
    ['enableDefaultDeny: {ingress: true}', 'deny'],
    ['enableDefaultDeny: {ingress: [no]}', 'unknown'],
  ])('%s: %s', (switches, expected) => {
    const side = built(onCheckout(`ingress: [{}]\n${switches}`))
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe(expected)
  })

  test('of a rule under specs alone is called by its item', () => {
    const policy = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\nspecs: [{endpointSelector: {}, ingress: [{}]}]\n`
    expect(built(policy).input.entries.map(({ origin }) => origin.rule)).toEqual([
      'specs item 1, isolates its pods for ingress',
    ])
  })
})

describe('subjects that nobody can tell', () => {
  test.each([
    { name: 'of a namespace', policy: cnp('ingress: [{}]'), inside: 'unknown', elsewhere: 'allow' },
    { name: 'of the cluster', policy: clusterwide('ingress: [{}]'), inside: 'unknown', elsewhere: 'unknown' },
    {
      name: 'machines in a policy of a namespace',
      policy: cnp('nodeSelector: {}\ningress: [{}]'),
      inside: 'unknown',
      elsewhere: 'allow',
    },
  ])('$name', ({ policy, inside, elsewhere }) => {
    const reachability = reachOf(built(policy))
    expect(verdict(reachability, 'auditor → web TCP 8080')).toBe(inside)
    expect(verdict(reachability, 'web → auditor TCP 9000')).toBe(elsewhere)
  })

  test('a rule that a template writes may select, allow and deny anything', () => {
    const header = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\n'
    const side = built(`${header}spec: ${template}\n`)
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'auditor → web TCP 8080')).toBe('unknown')
    expect(verdict(reachOf(side), 'web → world TCP 443')).toBe('unknown')
    expect(verdict(reachOf(side), 'web → auditor TCP 9000')).toBe('unknown')
    expect(verdict(reachOf(side), 'visitor → auditor TCP 9000')).toBe('allow')
    const closed = reachOf(storeWith([onStore('ingress: [{}]'), `${header}spec: ${template}\n`], ciliumProfile()))
    expect(verdict(closed, 'auditor → web TCP 8080')).toBe('unknown')
  })

  test.each([
    {
      name: 'specs',
      spec: `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\nspecs: till\n`,
      code: 'cilium-rule-invalid',
    },
    { name: 'fromRequires', spec: onCheckout('ingress: [{fromRequires: till, fromEndpoints: [{}]}]'), code: undefined },
  ])('$name that are no list are told', ({ spec, code }) => {
    expect(built(spec).diagnostics.map((problem) => problem.code)).toEqual([
      'field-type',
      ...(code === undefined ? [] : [code]),
    ])
  })

  test('isolation that is switched off is no entry, one that nobody can read is perhaps', () => {
    expect(built(onCheckout('ingress: [{}]\nenableDefaultDeny: {ingress: false}')).input.entries).toEqual([])
    const policy = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\nspec: ${template}\n`
    const shown = built(policy).input.entries.map(
      ({ direction, verdict, isolates, exists, origin }) =>
        `${direction} ${isolates ? `isolates ${exists}` : verdict} at ${textOf(origin.span)}`,
    )
    expect(shown).toEqual([
      `ingress isolates unknown at ${template}`,
      `egress isolates unknown at ${template}`,
      `ingress allow at ${template}`,
      `ingress deny at ${template}`,
      `egress allow at ${template}`,
      `egress deny at ${template}`,
    ])
  })

  test('entries that are no list stand where they are written', () => {
    const [, entry] = built(onCheckout('ingress: {fromEndpoints: []}')).input.entries
    expect(entry).toMatchObject({ origin: { rule: 'ingress rule 1', index: 0 }, effect: 'unknown' })
    expect(textOf(entry?.origin.span ?? { file: { path: '', text: '' }, start: 0, end: 0 })).toBe('{fromEndpoints: []}')
  })
})

test('rules for machines are told to do nothing, unless the host firewall is there', () => {
  const policy = clusterwide('nodeSelector: {}\ningress: [{}]')
  expect(showProblems(built(policy))).toEqual(['host-firewall-off at {}'])
  expect(showProblems(built(policy, { hostFirewall: true }))).toEqual([])
})

test('a name that Kubernetes does not take is told', () => {
  const policy = manifest(
    'cilium.io/v2',
    'CiliumNetworkPolicy',
    '{name: The_Till, namespace: store}',
    onStore('ingress: [{}]'),
  )
  expect(showProblems(built(policy))).toEqual(['policy-name-invalid at The_Till'])
})

test('where not all manifests are known a Service that is missing may be there', () => {
  const text = cnp(
    onCheckout(
      'egress: [{toServices: [{k8sService: {serviceName: vault}}]}, {toServices: [], toPorts: [{ports: [{port: "53"}]}]}]',
    ),
  )
  const { resources } = parseManifests({ path: 'shop.yaml', text })
  const peersOf = (open: boolean) =>
    compilePolicies(buildCluster({ name: 'shop', open, profile: ciliumProfile(), resources })).entries.map(
      ({ peers }) => (peers === 'any' ? peers : peers.map(({ kind, span }) => `${kind} at ${textOf(span)}`)),
    )
  expect(peersOf(true)).toEqual([[], ['unreadable at {k8sService: {serviceName: vault}}'], 'any'])
  expect(peersOf(false)).toEqual([[], 'any'])
})

test('ports that cannot be read may be any, of whomever the entry speaks', () => {
  const ports = `[{ports: [{port: "80", protocol: TCP}, ${template}]}]`
  const side = built(onCheckout(`ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: ${ports}}]`))
  expect(verdict(reachOf(side), 'web → checkout TCP 80')).toBe('allow')
  expect(verdict(reachOf(side), 'web → checkout TCP 81')).toBe('unknown')
  expect(side.input.entries.map(({ origin }) => origin.ports.map((port) => textOf(port.span)))).toEqual([
    [],
    ['{port: "80", protocol: TCP}'],
    ['{port: "80", protocol: TCP}'],
  ])
  const [unread] = side.input.entries.at(2)?.peers ?? []
  expect(typeof unread === 'object' && textOf(unread.span)).toBe(template)
})

test('names outside have numbers of ports, no names of them', () => {
  const ports = '[{ports: [{port: http, protocol: TCP}, {port: "443", protocol: TCP}]}]'
  const side = built(onCheckout(`egress: [{toFQDNs: [{matchName: bank.example}], toPorts: ${ports}}]`))
  expect(side.input.entries.map(({ connections }) => connections.show())).toEqual([
    'nothing',
    'TCP 443 (to bank.example)',
  ])
})

test('versions of other distributions of Cilium are no versions of it', () => {
  const bare = onCheckout('ingress: [{fromCIDR: [192.0.2.7]}]')
  const under = (name: string) =>
    showProblems(storeWith([bare], { ...ciliumProfile(), cni: { name, version: '1.14' } }))
  expect(under('cilium')).toEqual([])
  expect(under('azure-cilium')).toEqual(['cidr-invalid at 192.0.2.7'])
  expect(showProblems(storeWith([bare], { ...ciliumProfile(), cni: undefined }))).toEqual(['cidr-invalid at 192.0.2.7'])
})

test.each([
  ['cluster', 0],
  ['cluster-mesh', 1],
])('entity %s takes in the pods of other clusters: %i', (entity, remote) => {
  const anywhere = clusterwide(
    'endpointSelector: {matchLabels: {app: ledger}}\ningress: [{fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}]}]',
  )
  const reachability = reachOf(
    storeWith([onCheckout(`ingress: [{fromEntities: [${entity}]}]`), anywhere], ciliumProfile()),
  )
  const checkout = reachability.universe.classes.find(
    (found) => found.kind === 'workloads' && found.members.some(({ head }) => head?.id.name === 'checkout'),
  )
  if (checkout === undefined) throw new Error('no checkout')
  const reaching = reachability.universe.remote.filter((from) => !reachability.connections(from, checkout).must.isEmpty)
  expect(reaching).toHaveLength(remote)
  expect(verdict(reachability, 'web → checkout TCP 8081')).toBe('allow')
})
