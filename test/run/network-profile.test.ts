import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import { gated } from './gate-in-memory.ts'

const apps = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: office, labels: {team: office}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: shop.example/web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: auditor, namespace: office, labels: {app: auditor}}
spec: {containers: [{name: auditor, image: shop.example/auditor}]}
`
const policy = (rules: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: ${rules}
`
const closed = policy('[]')
const office = '{matchLabels: {kubernetes.io/metadata.name: office}}'
const admitting = policy(`[{from: [{namespaceSelector: ${office}}]}]`)
const release = (version: string, values = '{}'): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: cilium
  namespace: kube-system
spec:
  chart:
    spec:
      chart: cilium
      version: ${version}
  values: ${values}
`
const installation = 'apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\nspec: {}\n'
const flannel = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-flannel-ds, namespace: kube-flannel}
spec: {template: {spec: {containers: [{name: flannel, image: "ghcr.io/flannel-io/flannel:v0.27.0"}]}}}
`
const adminPolicy = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: no-office}
spec:
  priority: 1
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress: [{action: Deny, from: [{namespaces: ${office}}]}]
`
const config = (network: string): Files => ({ '.github/portcullis.yml': `version: 1\nnetwork: ${network}\n` })
const before: Files = { 'apps/shop.yaml': apps, 'apps/web.yaml': closed }
const after: Files = { ...before, 'apps/web.yaml': admitting }

/** Notes about the plugin, and what the change opens, with how sure that is. */
async function told(base: Files, head: Files) {
  const { report } = await gated(base, head)
  return {
    notes: report.notes.filter((note) => note !== 'a note of the shell'),
    changes: report.clusters.flatMap(({ changes }) => changes.map(({ certainty }) => certainty)),
    findings: report.findings
      .filter(({ rule }) => rule.startsWith('cni-'))
      .map(({ rule, status }) => `${rule} ${status}`),
    verdict: report.outcome.verdict,
  }
}

describe('a plugin that the manifests show', () => {
  const cilium = { 'infra/cilium.yaml': release('1.18.2') }

  test('is named in the notes, with its place', async () => {
    const { notes } = await told({ ...before, ...cilium }, { ...after, ...cilium })
    expect(notes).toEqual(['network plugin: cilium 1.18.2 (seen in infra/cilium.yaml:9)'])
  })

  test('is the one of head, on both sides', async () => {
    const { notes } = await told({ ...before, ...cilium }, { ...after, 'infra/cilium.yaml': release('1.19.0') })
    expect(notes).toEqual([
      'network plugin: cilium 1.19.0 (seen in infra/cilium.yaml:9), before cilium 1.18.2; both sides are read for the new one',
    ])
  })

  test('counts where only base has it', async () => {
    const { notes } = await told({ ...before, ...cilium }, after)
    expect(notes).toEqual(['network plugin: cilium 1.18.2 (seen in infra/cilium.yaml:9)'])
  })

  test('decides what the policies mean', async () => {
    const opens = policy('[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]')
    const head = { ...before, 'apps/web.yaml': opens }
    const open = await told(before, head)
    expect(open.notes).toEqual([expect.stringContaining('network: {cni: calico}')])
    expect(open.changes).toContain('possible')
    const seen = await told({ ...before, ...cilium }, { ...head, ...cilium })
    expect(seen.changes).not.toContain('possible')
  })

  test('makes policies of kinds it ignores void, and says so', async () => {
    const head = { ...before, 'apps/admin.yaml': adminPolicy }
    expect((await told(after, { ...after, 'apps/admin.yaml': adminPolicy })).findings).toEqual([])
    const { findings } = await told({ ...before, ...cilium }, { ...head, ...cilium })
    expect(findings).toEqual(['cni-unsupported-kind new'])
  })

  test('with an option under which nothing is enforced opens nothing by a policy, and is an error', async () => {
    const never = { 'infra/cilium.yaml': release('1.18.2', '{policyEnforcementMode: never}') }
    const { changes, findings } = await told({ ...before, ...never }, { ...after, ...never })
    expect(changes).toEqual([])
    expect(findings).toEqual(['cni-no-enforcement existing'])
  })

  test('is nothing to a tree without policies', async () => {
    const bare = { 'apps/shop.yaml': apps, ...cilium }
    expect((await told(bare, { ...bare, 'apps/other.yaml': apps.replaceAll('shop', 'store') })).notes).toEqual([])
  })

  test('that enforces nothing is an error when the first policy comes, and again with each that comes after', async () => {
    const base = { 'apps/shop.yaml': apps, 'infra/flannel.yaml': flannel }
    const first = { ...base, 'apps/web.yaml': closed }
    const second = { ...first, 'apps/admin.yaml': adminPolicy }
    expect(await told(base, first)).toMatchObject({ findings: ['cni-no-enforcement new'], verdict: 'fail' })
    expect((await told(first, second)).findings).toEqual(['cni-no-enforcement worse'])
    expect((await told(first, { ...first, 'apps/web.yaml': admitting })).findings).toEqual([
      'cni-no-enforcement existing',
    ])
  })

  test('moved to one that enforces policies, fixes that', async () => {
    const base = { ...before, 'infra/flannel.yaml': flannel }
    const calico = { ...before, 'infra/calico.yaml': installation }
    expect((await told(base, calico)).findings).toEqual(['cni-no-enforcement fixed'])
  })

  test('moved to one that enforces none is news, though no policy changes', async () => {
    const toFlannel = await told(
      { ...before, 'infra/calico.yaml': installation },
      { ...before, 'infra/flannel.yaml': flannel },
    )
    expect(toFlannel).toMatchObject({ findings: ['cni-no-enforcement new'], changes: [], verdict: 'fail' })
    const never = { 'infra/cilium.yaml': release('1.18.2', '{policyEnforcementMode: never}') }
    expect((await told({ ...before, ...cilium }, { ...before, ...never })).findings).toEqual(['cni-no-enforcement new'])
  })

  test('in a version that drops a kind makes that news', async () => {
    const calico = (version: string) => ({
      'infra/calico.yaml': release(version).replaceAll('cilium', 'tigera-operator'),
      'apps/admin.yaml': adminPolicy,
    })
    const dropped = await told({ ...before, ...calico('v3.31.0') }, { ...before, ...calico('v3.32.0') })
    expect(dropped.findings).toEqual(['cni-unsupported-kind new'])
    const kept = await told({ ...before, ...calico('v3.32.0') }, { ...before, ...calico('v3.32.1') })
    expect(kept.findings).toEqual(['cni-unsupported-kind existing'])
  })

  test('does not become another by being named in the configuration', async () => {
    const named = config('{cni: calico@3.31}')
    const base = { ...before, ...cilium, ...named }
    expect((await told(base, { ...before, ...named, 'infra/flannel.yaml': flannel })).findings).toEqual([])
  })
})

describe('the configuration', () => {
  test('goes over what is seen, and needs no note', async () => {
    const seen = { 'infra/calico.yaml': installation, ...config('{cni: cilium@1.18}') }
    const { notes, findings } = await told(
      { ...before, ...seen },
      { ...after, ...seen, 'apps/admin.yaml': adminPolicy },
    )
    expect(notes).toEqual([])
    expect(findings).toEqual(['cni-unsupported-kind new'])
  })

  test('takes from the manifests what it leaves open of the same plugin', async () => {
    const seen = { 'infra/cilium.yaml': release('1.15.3'), ...config('{cni: cilium}') }
    const range = policy('[{ports: [{port: 8080, endPort: 8090}]}]')
    const { notes, findings } = await told({ ...before, ...seen }, { ...before, ...seen, 'apps/web.yaml': range })
    expect(notes).toEqual(['network plugin: cilium 1.15.3 (seen in infra/cilium.yaml:9)'])
    expect(findings).toEqual(['cni-unsupported-field new'])
  })

  test('says what enforces policies on k3s', async () => {
    const k3s = config('{cni: flannel, platform: k3s}')
    expect(await told({ ...before, ...k3s }, { ...after, ...k3s })).toMatchObject({
      findings: [],
      changes: ['certain'],
    })
  })

  test('asked for the version where that would tell', async () => {
    const calico = config('{cni: calico}')
    const { notes } = await told({ ...after, ...calico }, { ...after, ...calico, 'apps/admin.yaml': adminPolicy })
    expect(notes).toEqual([expect.stringContaining('`network: {cni: calico@3.32}`')])
    const versioned = config('{cni: calico@3.30}')
    const settled = await told({ ...after, ...versioned }, { ...after, ...versioned, 'apps/admin.yaml': adminPolicy })
    expect(settled).toMatchObject({ notes: [], changes: ['certain'] })
  })
})

describe('several plugins', () => {
  const both = { 'infra/cilium.yaml': release('1.18.2'), 'infra/calico.yaml': installation }

  test('leave it open, and one note asks', async () => {
    const opens = policy('[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]')
    const { notes, findings } = await told({ ...before, ...both }, { ...before, ...both, 'apps/web.yaml': opens })
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain('calico (infra/calico.yaml:3) and cilium (infra/cilium.yaml:9)')
    expect(notes[0]).toContain('network: {cni: calico}')
    expect(findings).toEqual([])
  })

  test('are none of a tree without policies', async () => {
    const bare = { 'apps/shop.yaml': apps, ...both }
    expect((await told(bare, { ...bare, 'apps/other.yaml': apps.replaceAll('shop', 'store') })).notes).toEqual([])
  })
})

describe('policies of one project', () => {
  const cilium = (ingress: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}, ingress: ${ingress}}
`
  const base = { 'apps/shop.yaml': apps, 'apps/web.yaml': cilium('[{}]') }
  const open = '[{fromEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: office}}]}]'
  const head = { ...base, 'apps/web.yaml': cilium(open) }
  const tier = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: all}\nspec: {}\n'

  test('show its plugin, and count for certain', async () => {
    const { notes, changes } = await told(base, head)
    expect(notes).toEqual(['network plugin: cilium (seen in apps/web.yaml:3)'])
    expect(new Set(changes)).toEqual(new Set(['certain']))
  })

  test('are perhaps there beside those of another, on both sides, so that nothing is certain to change', async () => {
    const both = { 'apps/all.yaml': tier }
    const { notes, changes } = await told({ ...base, ...both }, { ...head, ...both })
    expect(notes[0]).toContain('calico (apps/all.yaml:3) and cilium (apps/web.yaml:3)')
    expect(changes).toEqual([])
  })

  test('are nothing to another plugin, which says so and leaves no gap', async () => {
    const calico = config('{cni: calico}')
    const { changes, findings, verdict } = await told({ ...base, ...calico }, { ...head, ...calico })
    expect(changes).toEqual([])
    expect(findings).toEqual(['cni-unsupported-kind existing'])
    expect(verdict).toBe('pass')
  })
})

describe('several clusters', () => {
  const cluster = (name: string, network: string): Files => ({
    [`${name}/apps.yaml`]: apps,
    [`${name}/web.yaml`]: closed,
    [`${name}/network.yaml`]: network,
  })
  const opened = (name: string): Files => ({ [`${name}/web.yaml`]: admitting })

  test('have each their own', async () => {
    const base = { ...cluster('home', release('1.18.2')), ...cluster('away', installation) }
    const { notes } = await told(base, { ...base, ...opened('home'), ...opened('away') })
    expect(notes.sort()).toEqual([
      'network plugin of away: calico (seen in away/network.yaml:3)',
      'network plugin of home: cilium 1.18.2 (seen in home/network.yaml:9)',
    ])
  })

  test('take what belongs to none of them, and their own before it', async () => {
    const bare = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: prices}\n'
    const base = { ...cluster('home', bare), ...cluster('away', installation), 'infra/cilium.yaml': release('1.18.2') }
    const { notes } = await told(base, { ...base, ...opened('home') })
    expect(notes.sort()).toEqual([
      'network plugin of away: calico (seen in away/network.yaml:3)',
      'network plugin of home: cilium 1.18.2 (seen in infra/cilium.yaml:9)',
    ])
  })

  test('that the configuration names look at the files of their patterns', async () => {
    const names = 'clusters: {home: {sources: [{manifests: "home/**"}]}, away: {sources: [{manifests: "away/**"}]}}'
    const base = {
      '.github/portcullis.yml': `version: 1\n${names}\n`,
      ...cluster('home', release('1.18.2')),
      ...cluster('away', installation),
    }
    const { notes } = await told(base, { ...base, ...opened('home') })
    expect(notes.sort()).toEqual([
      'network plugin of away: calico (seen in away/network.yaml:3)',
      'network plugin of home: cilium 1.18.2 (seen in home/network.yaml:9)',
    ])
  })
})
