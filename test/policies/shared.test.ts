import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { idKey } from '../../src/model/cluster.ts'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { type CompiledPolicies, compilePolicies } from '../../src/policies/compile-policies.ts'
import { peersIn } from '../../src/policies/entry.ts'
import { calico, globalSet, gnp, service } from './calico-store.ts'
import { ciliumProfile, onCheckout } from './cilium-store.ts'
import { manifest } from './store.ts'

const read = (text: string): readonly Resource[] => parseManifests({ path: 'shop.yaml', text }).resources
const shop = (kind: string, group: string, spec: string, name = 'till'): readonly Resource[] =>
  read(manifest(group, kind, `{name: ${name}, namespace: store}`, spec))
const partners = (...cidrs: readonly string[]): readonly Resource[] =>
  read(manifest('cilium.io/v2', 'CiliumCIDRGroup', '{name: partners}', `externalCIDRs: [${cidrs.join(', ')}]`))

function compileSide(profile: NetworkProfile, ...resources: readonly (readonly Resource[])[]): CompiledPolicies {
  return compilePolicies(buildCluster({ name: 'shop', open: false, profile, resources: resources.flat() }))
}

/** Networks that the entries of a side name, whoever has the policy. */
const networksOf = ({ entries }: CompiledPolicies): readonly string[] =>
  entries.flatMap(({ peers }) =>
    [...peersIn(peers)].flatMap((peer) => (peer.kind === 'addresses' ? peer.addresses.cidrs() : [])),
  )

describe('a policy that base and head share', () => {
  const cilium = ciliumProfile()
  const plain = shop('NetworkPolicy', 'networking.k8s.io/v1', 'podSelector: {}\ningress: [{}]')
  const referring = shop(
    'CiliumNetworkPolicy',
    'cilium.io/v2',
    onCheckout('ingress: [{fromCIDRSet: [{cidrGroupRef: partners}]}]'),
    'desk',
  )

  test('is compiled once', () => {
    const [base, head] = [compileSide(cilium, plain), compileSide(cilium, plain, partners('192.0.2.0/24'))]
    expect(base.policies[0]?.entries).toBeDefined()
    expect(head.policies.find(({ id }) => id.name === 'till')?.entries).toBe(base.policies[0]?.entries)
  })

  test('is compiled again for another profile', () => {
    const [base, head] = [compileSide(cilium, plain), compileSide(calico(), plain)]
    expect(head.entries.map(({ order }) => order)).not.toEqual(base.entries.map(({ order }) => order))
  })

  test('is compiled once where what it refers to is the same', () => {
    const group = partners('192.0.2.0/24')
    const [base, head] = [compileSide(cilium, referring, group), compileSide(cilium, referring, group, plain)]
    const entriesOf = ({ policies }: CompiledPolicies) => policies.find(({ id }) => id.name === 'desk')?.entries
    expect(entriesOf(head)).toBe(entriesOf(base))
  })

  test.each([
    {
      name: 'changed',
      before: [partners('192.0.2.0/24')],
      after: [partners('198.51.100.0/24')],
      networks: ['198.51.100.0/24'],
    },
    { name: 'added', before: [], after: [partners('198.51.100.0/24')], networks: ['198.51.100.0/24'] },
    { name: 'gone', before: [partners('192.0.2.0/24')], after: [], networks: [] },
  ])('is compiled again where what it refers to is $name', ({ before, after, networks }) => {
    compileSide(cilium, referring, ...before)
    expect(networksOf(compileSide(cilium, referring, ...after))).toEqual(networks)
  })

  test('is compiled again where a second object to refer to appears, or one of two changes', () => {
    const office = (cidr: string) =>
      read(
        manifest(
          'cilium.io/v2',
          'CiliumCIDRGroup',
          '{name: partners-2, labels: {role: partner}}',
          `externalCIDRs: [${cidr}]`,
        ),
      )
    const labelled = read(
      manifest(
        'cilium.io/v2',
        'CiliumCIDRGroup',
        '{name: partners, labels: {role: partner}}',
        'externalCIDRs: [192.0.2.0/24]',
      ),
    )
    const selecting = shop(
      'CiliumNetworkPolicy',
      'cilium.io/v2',
      onCheckout('ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchLabels: {role: partner}}}]}]'),
    )
    const sides = [[], office('198.51.100.0/24'), office('203.0.113.0/24')].map((more) =>
      networksOf(compileSide(cilium, selecting, labelled, more)),
    )
    expect(sides).toEqual([['192.0.2.0/24'], ['192.0.2.0/24', '198.51.100.0/24'], ['192.0.2.0/24', '203.0.113.0/24']])
  })

  test('what agents enforce without any policy is one list for both sides', () => {
    const always = ciliumProfile({ enforcement: 'always' })
    const [base, head] = [compileSide(always), compileSide(always, plain)]
    expect(base.entries.length).toBeGreaterThan(0)
    for (const entry of base.entries) expect(head.entries).toContain(entry)
  })
})

test('options of Cilium enforce nothing where another plugin does', () => {
  expect(compileSide({ ...calico(), cilium: ciliumProfile({ enforcement: 'always' }).cilium }).entries).toEqual([])
})

describe('what a side knows of its policies', () => {
  const netpol = shop('NetworkPolicy', 'networking.k8s.io/v1', 'podSelector: {}', 'plain')
  const cilium = shop('CiliumNetworkPolicy', 'cilium.io/v2', onCheckout('ingress: [{}]'), 'agent')
  const ofCalico = shop('NetworkPolicy', 'projectcalico.org/v3', 'types: [Ingress]', 'felix')

  test('each kind by its own list', () => {
    const { networkPolicies, ciliumPolicies, calicoPolicies } = compileSide(calico(), netpol, cilium, ofCalico)
    expect(networkPolicies.map(({ id }) => id.name)).toEqual(['plain'])
    expect(ciliumPolicies.map(({ id }) => id.name)).toEqual(['agent'])
    expect(calicoPolicies.map(({ id }) => id.name)).toEqual(['felix'])
  })

  test('the objects each of them asked about', () => {
    const toLedger = read(
      gnp(
        `types: [Egress]\negress: [{action: Allow, destination: {services: {name: ledger, namespace: store}}}, {action: Allow, destination: {selector: role == "partner"}}]`,
      ),
    )
    const shelf = read(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: store, labels: {app: ledger}}\nspec: {hostNetwork: true, containers: [{name: main, image: agent}]}',
    )
    const objects = [
      globalSet('{role: partner}', '192.0.2.0/24'),
      service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]'),
    ].flatMap(read)
    const { asked, policies } = compileSide(calico(), toLedger, netpol, objects, shelf)
    const askedBy = (name: string) => {
      const policy = policies.find(({ id }) => id.name === name)
      return asked
        .get(policy === undefined ? '' : idKey(policy.id))
        ?.map((resource) => `${resource.kind} ${resource.name.value}`)
    }
    expect(askedBy('plain')).toEqual([])
    expect(askedBy('rules')?.sort()).toEqual(['GlobalNetworkSet partners', 'Pod agent', 'Service ledger'])
  })
})
