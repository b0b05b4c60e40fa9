import { describe, expect, test } from 'vitest'
import { parseCni } from '../../src/config/schema.ts'
import { ciliumDefaults, habitsOf, isAtLeast } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import {
  enforcedFrom,
  enforcementOf,
  enforcementOfObject,
  familyOf,
  familyOfPolicy,
  isForeign,
  missingVersion,
  type PolicyFamily,
  type PolicyFeature,
  policyFamilies,
  policyFeatures,
  supportOf,
} from '../../src/model/plugin-capabilities.ts'
import { claimsOf, pluginClaims } from '../../src/model/plugin-claims.ts'

/** A profile under `calico@3.29`, as the configuration would write it; without a text, under nothing known. */
function under(text: string | undefined, cilium: Partial<NetworkProfile['cilium']> = {}): NetworkProfile {
  const cni = text === undefined ? undefined : parseCni(text)
  return { ...defaultProfile, ...habitsOf(cni), cni, cilium: { ...ciliumDefaults, ...cilium } }
}

describe('policies of a family are enforced', () => {
  test.each<[string, PolicyFamily, 'yes' | 'no' | 'unknown']>([
    ['calico', 'NetworkPolicy', 'yes'],
    ['calico@3.28', 'AdminNetworkPolicy', 'no'],
    ['calico@3.29', 'AdminNetworkPolicy', 'yes'],
    ['calico@3.29', 'BaselineAdminNetworkPolicy', 'no'],
    ['calico@3.31.2', 'BaselineAdminNetworkPolicy', 'yes'],
    ['calico@3.31', 'ClusterNetworkPolicy', 'no'],
    ['calico@3.32', 'ClusterNetworkPolicy', 'yes'],
    ['calico@3.32', 'AdminNetworkPolicy', 'no'],
    ['canal@3.32', 'ClusterNetworkPolicy', 'yes'],
    ['calico', 'Calico policies', 'yes'],
    ['calico', 'CiliumNetworkPolicy', 'no'],
    ['cilium', 'CiliumNetworkPolicy', 'yes'],
    ['cilium', 'Calico policies', 'no'],
    ['cilium', 'Antrea policies', 'no'],
    ['cilium', 'AdminNetworkPolicy', 'no'],
    ['antrea@1.12', 'AdminNetworkPolicy', 'no'],
    ['antrea@1.13', 'AdminNetworkPolicy', 'unknown'],
    ['antrea', 'Antrea policies', 'yes'],
    ['aws-vpc-cni@1.13', 'NetworkPolicy', 'no'],
    ['aws-vpc-cni@1.14', 'NetworkPolicy', 'yes'],
    ['aws-vpc-cni@1.21', 'ClusterNetworkPolicy', 'no'],
    ['flannel', 'NetworkPolicy', 'no'],
    ['kindnet@0.23', 'NetworkPolicy', 'no'],
    ['kindnet', 'NetworkPolicy', 'yes'],
    ['ovn-kubernetes@4.15', 'AdminNetworkPolicy', 'unknown'],
    ['ovn-kubernetes@4.17', 'AdminNetworkPolicy', 'yes'],
    ['ovn-kubernetes@1.1', 'AdminNetworkPolicy', 'yes'],
    ['kube-router', 'AdminNetworkPolicy', 'unknown'],
    ['gke-dataplane-v2', 'CiliumClusterwideNetworkPolicy', 'unknown'],
    ['weave', 'NetworkPolicy', 'yes'],
    ['weave', 'AdminNetworkPolicy', 'no'],
  ])('%s, %s: %s', (cni, family, expected) => {
    expect(enforcementOf(family, under(cni))).toBe(expected)
  })

  test('without a version the newest counts where it says yes; a no that was once a yes is unknown', () => {
    expect(enforcementOf('ClusterNetworkPolicy', under('calico'))).toBe('yes')
    expect(enforcementOf('AdminNetworkPolicy', under('calico'))).toBe('unknown')
  })

  test.each([
    ['1.20', true, 'yes'],
    ['1.20', false, 'no'],
    ['1.19', true, 'no'],
  ])('ClusterNetworkPolicies of Cilium %s with the option at %s: %s', (version, option, expected) => {
    expect(enforcementOf('ClusterNetworkPolicy', under(`cilium@${version}`, { clusterNetworkPolicies: option }))).toBe(
      expected,
    )
  })

  test.each(policyFamilies)('%s: not by a Cilium that never enforces, and so for what is built on it', (family) => {
    for (const name of ['cilium', 'azure-cilium', 'gke-dataplane-v2'])
      expect(enforcementOf(family, under(name, { enforcement: 'never' }))).toBe('no')
  })

  test('the options of Cilium are nothing to other plugins', () => {
    expect(enforcementOf('NetworkPolicy', under('calico', { enforcement: 'never' }))).toBe('yes')
  })

  test.each([undefined, 'other'])('with plugin %s: those of Kubernetes, and of a project in its own dialect', (cni) => {
    const profile = under(cni)
    const answers = Object.fromEntries(policyFamilies.map((family) => [family, enforcementOf(family, profile)]))
    expect(answers).toMatchObject({ NetworkPolicy: 'yes', ClusterNetworkPolicy: 'yes', CiliumNetworkPolicy: 'unknown' })
    expect(answers['Calico policies']).toBe('unknown')
    expect(enforcementOf('CiliumNetworkPolicy', { ...profile, dialect: 'cilium' })).toBe('yes')
    expect(enforcementOf('Calico policies', { ...profile, dialect: 'calico' })).toBe('yes')
    expect(enforcementOf('Calico policies', { ...profile, dialect: 'cilium' })).toBe('unknown')
  })

  test('what one project made is foreign to the others', () => {
    expect(isForeign('Calico policies', 'cilium')).toBe(true)
    expect(isForeign('Calico policies', 'canal')).toBe(false)
    expect(isForeign('NetworkPolicy', 'flannel')).toBe(false)
  })

  test('a version is asked for only where it would tell', () => {
    expect(missingVersion('AdminNetworkPolicy', under('calico'))).toBe('3.32')
    expect(missingVersion('AdminNetworkPolicy', under('calico@3.30'))).toBeUndefined()
    expect(missingVersion('AdminNetworkPolicy', under('antrea'))).toBeUndefined()
    expect(missingVersion('NetworkPolicy', under('calico'))).toBeUndefined()
    expect(missingVersion('CiliumNetworkPolicy', under(undefined))).toBeUndefined()
  })

  test('the version to wait for is one that is yet to come', () => {
    expect(enforcedFrom('AdminNetworkPolicy', under('calico@3.28'))).toBe('3.29')
    expect(enforcedFrom('AdminNetworkPolicy', under('calico@3.32'))).toBeUndefined()
    expect(enforcedFrom('AdminNetworkPolicy', under(undefined))).toBeUndefined()
  })
})

describe('parts of policies are supported', () => {
  test.each<[string, PolicyFeature, 'yes' | 'no' | 'unknown']>([
    ['cilium@1.15', 'endPort', 'no'],
    ['cilium@1.16', 'endPort', 'yes'],
    ['cilium', 'endPort', 'yes'],
    ['cilium', 'SCTP', 'yes'],
    ['antrea@1.0', 'endPort', 'no'],
    ['antrea@1.1', 'endPort', 'yes'],
    ['antrea', 'nodes', 'unknown'],
    ['antrea@2.7', 'nodes', 'no'],
    ['azure-cni', 'endPort', 'unknown'],
    ['weave', 'endPort', 'no'],
    ['weave', 'named ports', 'no'],
    ['weave', 'ipBlock.except', 'yes'],
    ['openshift-sdn@4.9', 'egress', 'no'],
    ['openshift-sdn@4.10', 'egress', 'yes'],
    ['openshift-sdn', 'egress', 'yes'],
    ['openshift-sdn@4.9', 'ipBlock.except', 'no'],
    ['calico@3.32', 'networks', 'yes'],
    ['calico', 'domainNames', 'no'],
    ['calico', 'nodes', 'no'],
  ])('%s, %s: %s', (cni, feature, expected) => expect(supportOf(feature, under(cni))).toBe(expected))

  test.each(policyFeatures)('%s, where no plugin is named: taken as supported', (feature) => {
    expect(supportOf(feature, under(undefined))).toBe('yes')
    expect(supportOf(feature, under('other'))).toBe('yes')
  })
})

describe('the table', () => {
  const claims = Object.keys(pluginClaims).flatMap((plugin) =>
    [...policyFamilies, ...policyFeatures].flatMap((topic) =>
      claimsOf(plugin, topic).map((claim, index, all) => ({ plugin, topic, claim, before: all[index - 1] })),
    ),
  )

  test.each(Object.keys(pluginClaims))(
    '%s has a name that the configuration takes, and says whether it enforces NetworkPolicies',
    (plugin) => {
      expect(parseCni(plugin)?.name).toBe(plugin)
      expect(claimsOf(plugin, 'NetworkPolicy').length).toBeGreaterThan(0)
    },
  )

  test('every claim names a page', () => {
    expect(claims.length).toBeGreaterThan(100)
    for (const { claim } of claims) expect(claim.source).toMatch(/^https:\/\/[\w.-]+\/\S+$/)
  })

  test('claims stand in the order of their versions, and each says something new', () => {
    for (const { claim, before, plugin, topic } of claims) {
      if (before === undefined) continue
      expect(claim.since, `${plugin} ${topic}`).toBeDefined()
      const since = { name: plugin, version: claim.since }
      if (before.since !== undefined) expect(isAtLeast(since, before.since), `${plugin} ${topic}`).toBe(true)
      expect(claim.answer, `${plugin} ${topic}`).not.toEqual(before.answer)
    }
  })

  test('says nothing of a plugin nobody knows, whatever its name', () => {
    expect(claimsOf('constructor', 'NetworkPolicy')).toEqual([])
    expect(enforcementOf('NetworkPolicy', { ...under(undefined), cni: { name: '__proto__', version: '1' } })).toBe(
      'yes',
    )
  })
})

describe('families', () => {
  test.each([
    ['networking.k8s.io', 'NetworkPolicy', 'NetworkPolicy'],
    ['extensions', 'NetworkPolicy', 'NetworkPolicy'],
    ['crd.projectcalico.org', 'NetworkPolicy', 'Calico policies'],
    ['crd.antrea.io', 'ClusterNetworkPolicy', 'Antrea policies'],
    ['policy.networking.k8s.io', 'ClusterNetworkPolicy', 'ClusterNetworkPolicy'],
    ['security.istio.io', 'AuthorizationPolicy', undefined],
    ['', 'constructor', undefined],
  ])('%s/%s is of %s', (group, kind, family) => expect(familyOfPolicy({ group, kind })).toBe(family))

  test('what is there for policies goes with them, and is none itself', () => {
    const tier = { group: 'projectcalico.org', kind: 'Tier' }
    expect(familyOf(tier)).toBe('Calico policies')
    expect(familyOfPolicy(tier)).toBeUndefined()
  })

  test('what a mesh decides is no plugin’s business', () => {
    const policy = { group: 'security.istio.io', kind: 'AuthorizationPolicy' }
    expect(enforcementOfObject(policy, under('flannel'))).toBe('yes')
    expect(enforcementOfObject(policy, under('cilium', { enforcement: 'never' }))).toBe('yes')
  })
})
