import { describe, expect, test } from 'vitest'
import { parseCni } from '../../src/config/schema.ts'
import { ciliumDefaults, habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { calicoTiers, ciliumOrders, tiers } from '../../src/policies/tiers.ts'
import { reachOf, storeWith, verdict } from './store.ts'

function under(text: string, more: Partial<NetworkProfile> = {}): NetworkProfile {
  const cni = parseCni(text)
  return { ...defaultProfile, ...habitsOf(cni), cni, ipBlockMatchesPods: 'yes', ...more }
}

function answers(profile: NetworkProfile, policies: readonly string[], probes: readonly string[]): string[] {
  const reachability = reachOf(storeWith(policies, profile))
  return probes.map((probe) => verdict(reachability, probe))
}

const closed = 'podSelector: {}\npolicyTypes: [Ingress, Egress]'
const deny =
  'priority: 1\nsubject: {namespaces: {matchLabels: {team: store}}}\negress: [{action: Deny, to: [{namespaces: {matchLabels: {team: office}}}]}]'
const visit = 'web → auditor TCP 9000'

describe('kinds that the plugin', () => {
  test.each([
    ['enforces decide', 'calico@3.29', 'deny'],
    ['ignores change nothing', 'cilium@1.18', 'allow'],
    ['may enforce are perhaps there', 'antrea@2.0', 'unknown'],
    ['does not know yet change nothing', 'calico@3.28', 'allow'],
    ['enforces in some version nobody names are perhaps there', 'calico', 'unknown'],
  ])('%s', (_, cni, expected) => expect(answers(under(cni), [deny], [visit])).toEqual([expected]))

  test('no policy counts where none is enforced', () => {
    expect(answers(under('flannel'), [closed, deny], [visit, 'world → web TCP 8080'])).toEqual(['allow', 'allow'])
    const never = under('cilium', { cilium: { ...ciliumDefaults, enforcement: 'never' } })
    expect(answers(never, [closed], [visit])).toEqual(['allow'])
  })

  test('ignores bring no gap either, whatever is wrong with them', () => {
    const broken = 'podSelector: {}\npolicyTypes: [Ingres]'
    const effects = (profile: NetworkProfile) => storeWith([broken], profile).diagnostics.map(({ effect }) => effect)
    expect(effects(under('calico'))).toEqual(['unknown'])
    expect(effects(under('flannel'))).toEqual(['none'])
  })
})

const checkout = 'podSelector: {matchLabels: {app: checkout}}'
const admits = (ports: string, peers = ''): string => `${checkout}\ningress: [{${peers}ports: [${ports}]}]`

describe('a range of ports', () => {
  const range = admits('{port: 8080, endPort: 8089}')
  const probes = ['web → checkout TCP 8080', 'web → checkout TCP 8081', 'web → checkout TCP 8090']
  test.each([
    ['is a range to plugins that know it', 'cilium@1.16', ['allow', 'allow', 'deny']],
    ['is its first port to those that do not', 'cilium@1.15', ['allow', 'deny', 'deny']],
    ['is perhaps one where nobody knows', 'azure-cni', ['allow', 'unknown', 'deny']],
  ])('%s', (_, cni, expected) => expect(answers(under(cni), [range], probes)).toEqual(expected))

  test('of a protocol that cannot be read allows not even its first port for certain', () => {
    const templated = admits('{protocol: "{{ .Values.protocol }}", port: 8080, endPort: 8089}')
    expect(answers(under('cilium@1.15'), [templated], probes)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  test.each(['cilium@1.15', 'azure-cni'])('is not what an item without endPort is about: %s', (cni) => {
    expect(answers(under(cni), [admits('{}')], probes)).toEqual(['allow', 'allow', 'allow'])
    expect(answers(under(cni), [admits('{port: 8081}')], probes)).toEqual(['deny', 'allow', 'deny'])
  })
})

test.each([
  { name: 'a port', spec: admits('{port: 8081}') },
  { name: 'a range', spec: admits('{port: 8080, endPort: 8089}'), limited: true },
  { name: 'the name of a port', spec: admits('{port: http}'), limited: true },
  { name: 'a protocol', spec: admits('{}') },
  { name: 'a block', spec: admits('', 'from: [{ipBlock: {cidr: 192.0.2.0/24}}], ') },
  { name: 'a block of IPv6', spec: admits('', 'from: [{ipBlock: {cidr: "2001:db8::/32"}}], '), limited: true },
])('where nobody knows what the plugin makes of $name an entry may be there: $limited', ({ spec, limited = false }) => {
  const { entries } = storeWith([spec], under('azure-cni')).input
  expect(entries.map(({ exists }) => exists)).toEqual(['yes', 'yes', ...(limited ? ['unknown'] : [])])
})

describe('the place of a NetworkPolicy among other policies', () => {
  const placed = (cni: string) => storeWith([closed], under(cni)).input.entries.map(({ tier, order }) => [tier, order])
  test.each([
    ['is none of its own', 'antrea', []],
    ['is behind what denies', 'cilium', ciliumOrders.allow],
    ['is that of its name at order 1000', 'calico@3.31', [1000, 'store/knp.default.policy-0']],
    ['is told by its kind in newer versions', 'calico@3.32', [1000, 'policy-0/store/KubernetesNetworkPolicy']],
  ])('%s', (_, cni, order) => {
    expect(placed(cni)).toEqual([
      [tiers.networkPolicy, order],
      [tiers.networkPolicy, order],
    ])
  })
})

test('a label that is no part of an identity selects pods unless Cilium enforces', () => {
  const till =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {pod-template-hash: 7c9f}}\nspec: {containers: [{name: main, image: till}]}'
  const hashed = 'podSelector: {matchLabels: {pod-template-hash: 7c9f}}'
  expect(answers(under('calico'), [till, hashed], ['web → till TCP 80'])).toEqual(['deny'])
  expect(answers(under('antrea'), [till, hashed], ['web → till TCP 80'])).toEqual(['deny'])
  expect(answers(under('cilium'), [till, hashed], ['web → till TCP 80'])).toEqual(['allow'])
})

describe('the name of a port', () => {
  const named = admits('{port: http}')
  const probes = ['web → checkout TCP 8081', 'web → checkout TCP 9100', 'web → checkout UDP 53']
  test.each([
    ['is looked up on the pods', 'calico', ['allow', 'deny', 'deny']],
    ['perhaps', 'azure-cni', ['unknown', 'deny', 'deny']],
    ['or may be any port of the protocol', 'weave', ['unknown', 'unknown', 'deny']],
  ])('%s', (_, cni, expected) => expect(answers(under(cni), [named], probes)).toEqual(expected))
})

test('SCTP is perhaps allowed where nobody knows, and TCP beside it certainly', () => {
  const both = admits('{port: 9100, protocol: SCTP}, {port: 9100}')
  const probes = ['web → checkout SCTP 9100', 'web → checkout TCP 9100', 'web → checkout SCTP 9101']
  expect(answers(under('kube-router'), [both], probes)).toEqual(['unknown', 'allow', 'deny'])
  expect(answers(under('calico'), [both], probes)).toEqual(['allow', 'allow', 'deny'])
})

describe('a block', () => {
  const block = (cidr: string): string => `${checkout}\ningress: [{from: [{ipBlock: ${cidr}}]}]`
  const excepted = block('{cidr: 192.0.2.0/24, except: [192.0.2.128/25]}')

  test('with an exception is ignored as a whole by plugins that know none', () => {
    const probes = ['192.0.2.44 → checkout TCP 8081', '192.0.2.200 → checkout TCP 8081']
    expect(answers(under('openshift-sdn@4.10'), [excepted], probes)).toEqual(['allow', 'deny'])
    expect(answers(under('openshift-sdn@4.9'), [excepted], probes)).toEqual(['deny', 'deny'])
  })

  test('without one counts all the same', () => {
    const probes = ['192.0.2.44 → checkout TCP 8081']
    expect(answers(under('openshift-sdn@4.9'), [block('{cidr: 192.0.2.0/24}')], probes)).toEqual(['allow'])
  })

  test('of IPv6 is perhaps allowed where nobody knows', () => {
    const probes = ['2001:db8::1 → checkout TCP 8081', '192.0.2.44 → checkout TCP 8081']
    expect(answers(under('weave'), [block('{cidr: "2001:db8::/32"}')], probes)).toEqual(['unknown', 'deny'])
    expect(answers(under('calico'), [block('{cidr: "2001:db8::/32"}')], probes)).toEqual(['allow', 'deny'])
  })
})

test('egress is open where the plugin knows ingress only', () => {
  const probes = ['web → world TCP 443', 'auditor → web TCP 8080']
  expect(answers(under('openshift-sdn@4.9'), [closed], probes)).toEqual(['allow', 'deny'])
  expect(answers(under('openshift-sdn@4.10'), [closed], probes)).toEqual(['deny', 'deny'])
})

describe('a peer of an admin policy that the plugin may not know', () => {
  const subject = 'priority: 1\nsubject: {namespaces: {matchLabels: {team: store}}}'
  const pods = '{namespaces: {matchLabels: {team: office}}}'
  const office = `{action: Deny, to: [${pods}]}`
  const outside = '203.0.113.7'

  test('leaves its rule unknown, and the other rules as they are', () => {
    const named = `${subject}\negress: [{action: Allow, to: [{domainNames: [shop.example]}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}, ${office}]`
    const probes = [`web → ${outside} TCP 443`, visit]
    expect(answers(under('ovn-kubernetes@4.17'), [named], probes)).toEqual(['unknown', 'deny'])
  })

  test('is as written where the plugin knows it', () => {
    const toNodes = `${subject}\negress: [{action: Deny, to: [{nodes: {}}]}, ${office}]`
    expect(answers(under('ovn-kubernetes@4.17'), [toNodes], ['web → agent TCP 10250', visit])).toEqual(['deny', 'deny'])
  })

  test.each([
    {
      name: 'networks',
      cni: 'cilium@1.20',
      peers: `{networks: [203.0.113.0/24]}, ${pods}`,
      expected: ['unknown', 'allow'],
    },
    { name: 'machines', cni: 'calico@3.32', peers: `{nodes: {}}, ${pods}`, expected: ['deny', 'deny'] },
    { name: 'pods alone', cni: 'cilium@1.20', peers: pods, expected: ['deny', 'allow'] },
  ])('decides for its rule: $name under $cni', ({ cni, peers, expected }) => {
    const admins = under(cni, { cilium: { ...ciliumDefaults, clusterNetworkPolicies: true } })
    const policy = `tier: Admin\npriority: 1\nsubject: {namespaces: {matchLabels: {team: store}}}\negress: [{action: Deny, to: [${peers}]}]`
    expect(answers(admins, [policy], [visit, 'web → world TCP 443'])).toEqual(expected)
  })

  test('closes the rule to everybody under Calico alone', () => {
    const toNodes = `${subject}\negress: [{action: Deny, to: [{nodes: {}}]}]`
    expect(answers(under('calico@3.30'), [toNodes], [visit])).toEqual(['deny'])
    expect(answers(under('antrea@2.7'), [toNodes], [visit])).toEqual(['allow'])
  })
})

describe('the place of an admin policy', () => {
  const rules = 'subject: {namespaces: {}}\ningress: [{action: Deny, from: [{namespaces: {}}]}]'
  const admin = `priority: 7\n${rules}`
  const templated = `priority: "{{ .Values.priority }}"\n${rules}`
  test.each([
    ['its priority', 'ovn-kubernetes', admin, tiers.admin, [7]],
    ['none that is known', 'ovn-kubernetes', templated, tiers.admin, []],
    ['the one of its tier', 'ovn-kubernetes', rules, tiers.baseline, []],
    [
      'its priority and name under Calico',
      'calico@3.30',
      admin,
      calicoTiers.admin,
      [7, 'policy-0//KubernetesAdminNetworkPolicy'],
    ],
    ['as unknown under Calico', 'calico@3.30', templated, calicoTiers.admin, []],
    [
      'at 1000 under Calico without priority',
      'calico@3.30',
      rules,
      calicoTiers.baseline,
      [1000, 'default//KubernetesBaselineAdminNetworkPolicy'],
    ],
  ])('is %s', (_, cni, spec, tier, order) => {
    const [entry] = storeWith([spec], under(cni)).input.entries
    expect(entry).toMatchObject({ tier, order })
  })
})
