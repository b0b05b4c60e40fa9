import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/manifests/limits.ts'
import { type Extent, parseManifests } from '../../src/manifests/parse-manifests.ts'
import { discoverPlugin, findSightings } from '../../src/model/discover-plugin.ts'
import { startLine } from '../../src/source/span.ts'

type Files = Readonly<Record<string, string>>

const discovered = (files: Files, extent: Extent = 'what-matters') =>
  discoverPlugin(
    findSightings(Object.entries(files).map(([path, text]) => parseManifests({ path, text }, defaultLimits, extent))),
  )

/** `cilium@1.18.2 at infra.yaml:3`, as far as it is known. */
function shown(text: string | Files): string | undefined {
  const { plugin, sightings } = discovered(typeof text === 'string' ? { 'infra.yaml': text } : text)
  if (plugin === undefined) return undefined
  const at = sightings[0]?.at
  return `${plugin.name}${plugin.version === undefined ? '' : `@${plugin.version}`} at ${at?.file.path}:${at && startLine(at)}`
}

const daemonSet = (name: string, ...containers: string[]): string => `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${name}
  namespace: kube-system
spec:
  template:
    spec:
      containers:
${containers.map((container) => `        - ${container}`).join('\n')}
`

const installation =
  'apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata:\n  name: default\nspec:\n  variant: Calico\n'
const object = (apiVersion: string, kind: string, spec = '{}'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: default\nspec: ${spec}\n`
const flannel = daemonSet('kube-flannel-ds', '{name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.27.0"}')
const calicoNode = daemonSet('calico-node', '{name: calico-node, image: "docker.io/calico/node:v3.30.1"}')
const ciliumAgent = daemonSet('cilium', '{name: cilium-agent, image: "quay.io/cilium/cilium:v1.18.2@sha256:858f"}')
const ciliumPolicy = object('cilium.io/v2', 'CiliumNetworkPolicy')
const calicoPolicy = object('projectcalico.org/v3', 'GlobalNetworkPolicy')

describe('objects of a plugin show it', () => {
  test.each([
    ['the operator of Calico', installation, 'calico at infra.yaml:4'],
    ['settings of Felix', object('crd.projectcalico.org/v1', 'FelixConfiguration'), 'calico at infra.yaml:4'],
    [
      'what Calico says of itself',
      object('crd.projectcalico.org/v1', 'ClusterInformation', '{calicoVersion: v3.29.1}'),
      'calico@3.29.1 at infra.yaml:4',
    ],
    ['agents of Calico', calicoNode, 'calico@3.30.1 at infra.yaml:10'],
    ['agents of Cilium', ciliumAgent, 'cilium@1.18.2 at infra.yaml:10'],
    ['Canal', daemonSet('canal', '{name: calico-node, image: "calico/node:v3.30.1"}'), 'canal@3.30.1 at infra.yaml:10'],
    [
      'agents of Antrea',
      daemonSet('antrea-agent', '{name: antrea-agent, image: "antrea/antrea-agent-ubuntu:v2.2.0"}'),
      'antrea@2.2.0 at infra.yaml:10',
    ],
    [
      'agents of OVN',
      daemonSet('ovnkube-node', '{name: ovnkube, image: "shop.example/ovn:1"}'),
      'ovn-kubernetes at infra.yaml:4',
    ],
    [
      'kube-router',
      daemonSet(
        'kube-router',
        '{name: kube-router, image: "docker.io/cloudnativelabs/kube-router:v2.1.0", args: [--run-firewall=true]}',
      ),
      'kube-router@2.1.0 at infra.yaml:10',
    ],
    [
      'kube-router without its firewall does not',
      daemonSet(
        'kube-router',
        '{name: kube-router, image: "cloudnativelabs/kube-router:v2.1.0", args: [--run-firewall=false]}',
      ),
      undefined,
    ],
    [
      'Weave',
      daemonSet('weave-net', '{name: weave, image: "weaveworks/weave-kube:2.8.1"}'),
      'weave@2.8.1 at infra.yaml:10',
    ],
    [
      'the policy agent of the VPC CNI',
      daemonSet(
        'aws-node',
        '{name: aws-node, image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.19.2"}',
        '{name: aws-eks-nodeagent, image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon/aws-network-policy-agent:v1.1.6", args: [--enable-network-policy=true]}',
      ),
      'aws-vpc-cni@1.19.2 at infra.yaml:10',
    ],
    [
      'the VPC CNI without it does not',
      daemonSet(
        'aws-node',
        '{name: aws-node, image: "shop.example/amazon-k8s-cni:v1.19.2"}',
        '{name: aws-eks-nodeagent, image: "shop.example/agent:v1", args: [--enable-network-policy=false]}',
      ),
      undefined,
    ],
    [
      'kindnet, whose tags are no versions',
      daemonSet('kindnet', '{name: kindnet, image: "kindest/kindnetd:v20240813-c6f155d6"}'),
      'kindnet at infra.yaml:4',
    ],
    ['flannel', flannel, 'flannel@0.27.0 at infra.yaml:10'],
    [
      'flannel with a policy controller in its pods',
      daemonSet(
        'kube-flannel-ds',
        '{name: a, image: "flannel/flannel:v0.27.0"}',
        '{name: b, image: "registry.k8s.io/networking/kube-network-policies:v0.9.0"}',
      ),
      'kube-network-policies at infra.yaml:4',
    ],
    [
      'OpenShift’s own setting',
      object('operator.openshift.io/v1', 'Network', '{defaultNetwork: {type: OVNKubernetes}}'),
      'ovn-kubernetes at infra.yaml:4',
    ],
    [
      'OpenShift’s other one',
      object('config.openshift.io/v1', 'Network', '{networkType: OpenShiftSDN}'),
      'openshift-sdn at infra.yaml:4',
    ],
    ['no other setting of OpenShift', object('config.openshift.io/v1', 'Network', '{networkType: Kuryr}'), undefined],
    [
      'no other DaemonSet',
      daemonSet('cilium-preflight', '{name: a, image: "quay.io/cilium/cilium:v1.18.2"}'),
      undefined,
    ],
  ])('%s', (_, text, expected) => expect(shown(text)).toBe(expected))

  test('several of one plugin agree', () => {
    expect(shown({ 'a.yaml': installation, 'b.yaml': calicoNode })).toBe('calico@3.30.1 at a.yaml:4')
  })
})

const values = `policyEnforcementMode: always
cluster: {name: home}
hostFirewall: {enabled: true}
nodeSelectorLabels: true
policyCIDRMatchMode: [nodes]
k8sClusterNetworkPolicy: {enabled: true}
extraConfig: {enable-extended-ip-protocols: "true"}
`
const settings = {
  enforcement: 'always',
  clusterName: 'home',
  hostFirewall: true,
  nodeSelectors: true,
  cidrMatches: { nodes: true, pods: false },
  clusterNetworkPolicies: true,
  extendedProtocols: true,
}
const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, ' '.repeat(by))

describe('what installs the chart of a plugin shows it, with its values', () => {
  const flux = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: network
spec:
  chart:
    spec:
      chart: cilium
      version: 1.18.x
  values:
${indented(values, 4)}`
  const argo = (source: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: network
spec:
${indented(source, 2)}`
  const helm = `chart: cilium\nrepoURL: https://helm.cilium.io\ntargetRevision: 1.18.2\nhelm:\n`
  const chart = `apiVersion: v2
name: network
version: 0.1.0
dependencies:
  - name: cilium
    alias: net
    version: ~1.18.0
`

  test.each<[string, string | Files, string]>([
    ['Flux', flux, 'cilium@1.18 at infra.yaml:8'],
    [
      'Argo CD, by an object',
      argo(`source:\n${indented(`${helm}  valuesObject:\n${indented(values, 4)}`, 2)}`),
      'cilium@1.18.2 at infra.yaml:7',
    ],
    [
      'Argo CD, by a text',
      argo(`source:\n${indented(`${helm}  values: |\n${indented(values, 4)}`, 2)}`),
      'cilium@1.18.2 at infra.yaml:7',
    ],
    [
      'Argo CD, by one of several sources',
      argo(
        `sources:\n  - repoURL: https://shop.example\n  - chart: cilium\n    targetRevision: 1.18.2\n    helm:\n      valuesObject:\n${indented(values, 8)}`,
      ),
      'cilium@1.18.2 at infra.yaml:8',
    ],
    [
      'the Helm controller of k3s',
      `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata:\n  name: network\nspec:\n  chart: cilium/cilium\n  version: 1.18.2\n  valuesContent: |\n${indented(values, 4)}`,
      'cilium@1.18.2 at infra.yaml:6',
    ],
    [
      'a chart that depends on it',
      {
        'net/Chart.yaml': chart,
        'net/values-prod.yaml': `net:\n${indented(values, 2)}`,
        'other/values.yaml': 'net: {policyEnforcementMode: never}\n',
      },
      'cilium@1.18 at net/Chart.yaml:5',
    ],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected)
    expect(discovered(typeof text === 'string' ? { 'infra.yaml': text } : text).settings).toEqual(settings)
  })

  test('parameters of Argo CD go over its values', () => {
    const source = `${helm}  parameters: [{name: hostFirewall.enabled, value: "false"}]\n  valuesObject: {hostFirewall: {enabled: true}}\n`
    expect(discovered({ 'a.yaml': argo(`source:\n${indented(source, 2)}`) }).settings).toEqual({ hostFirewall: false })
  })

  test('a source object of Flux named for the chart', () => {
    expect(
      shown(flux.replace(/ {2}chart:\n[\s\S]*1\.18\.x\n/, '  chartRef: {kind: OCIRepository, name: cilium}\n')),
    ).toBe('cilium at infra.yaml:6')
  })

  test('the operator of Calico, by its chart', () => {
    expect(shown(flux.replace('chart: cilium', 'chart: tigera-operator').replace('1.18.x', 'v3.30.1'))).toBe(
      'calico@3.30.1 at infra.yaml:8',
    )
  })

  test('another chart that mentions it does not', () => {
    expect(shown(flux.replace('chart: cilium', 'chart: shop'))).toBeUndefined()
    expect(shown({ 'net/Chart.yaml': chart.replace('name: cilium', 'name: shop # with cilium') })).toBeUndefined()
  })
})

describe('the ConfigMap of Cilium', () => {
  const config = (data: string, name = 'cilium-config'): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: kube-system\ndata:\n${indented(data, 2)}`
  const all = `enable-policy: "always"
cluster-name: home
enable-host-firewall: "true"
enable-node-selector-labels: "true"
policy-cidr-match-mode: nodes
enable-extended-ip-protocols: "true"
enable-k8s-cluster-network-policy: "true"
`

  test.each<Extent>(['whole', 'what-matters'])('gives the options of the agents (%s)', (extent) => {
    expect(discovered({ 'a.yaml': config(all) }, extent)).toMatchObject({ plugin: { name: 'cilium' }, settings })
  })

  test('is one by its name', () => {
    expect(shown(config(all, 'prices'))).toBeUndefined()
    expect(shown(config('note: see cilium-config\n', 'prices'))).toBeUndefined()
  })

  test('gives only what it says in so many words', () => {
    const odd = `enable-policy: "{{ .Values.mode }}"
cluster-name: "\${NAME}"
enable-host-firewall: maybe
enable-node-selector-labels: {}
policy-cidr-match-mode: "nodes,world"
`
    expect(discovered({ 'a.yaml': config(odd) }).settings).toEqual({})
    expect(discovered({ 'a.yaml': config('policy-cidr-match-mode: ""\n') }).settings).toEqual({
      cidrMatches: { nodes: false, pods: false },
    })
  })

  test('written twice, an option counts where both agree', () => {
    const files = {
      'a.yaml': config('enable-policy: always\ncluster-name: home\n'),
      'b.yaml': config('enable-policy: never\ncluster-name: home\n'),
    }
    expect(discovered(files).settings).toEqual({ clusterName: 'home' })
  })
})

describe('policies of a kind', () => {
  test.each([
    ['Cilium’s', ciliumPolicy, 'cilium at infra.yaml:4'],
    ['Calico’s', calicoPolicy, 'calico at infra.yaml:4'],
    ['Antrea’s', object('crd.antrea.io/v1beta1', 'ClusterNetworkPolicy'), 'antrea at infra.yaml:4'],
    ['those of Kubernetes show none', object('networking.k8s.io/v1', 'NetworkPolicy'), undefined],
  ])('%s', (_, text, expected) => expect(shown(text)).toBe(expected))

  test('count for nothing beside what installs another plugin', () => {
    expect(shown({ 'a.yaml': ciliumPolicy, 'b.yaml': installation })).toBe('calico at b.yaml:4')
  })

  test('of which there are many in a file are one place', () => {
    const many = Array.from({ length: 20 }, () => ciliumPolicy).join('---\n')
    expect(discovered({ 'a.yaml': many }).sightings).toHaveLength(1)
  })
})

describe('places that do not say the same', () => {
  const places = (files: Files) => discovered(files).sightings.map(({ plugin, at }) => `${plugin} ${at.file.path}`)

  test.each<[string, Files]>([
    ['two plugins', { 'a.yaml': ciliumAgent, 'b.yaml': installation }],
    ['policies of two kinds', { 'a.yaml': ciliumPolicy, 'b.yaml': calicoPolicy }],
  ])('%s leave the plugin open, and each is named once', (_, files) => {
    expect(discovered(files)).toMatchObject({ plugin: undefined, settings: {} })
    expect(places(files)).toEqual(['cilium a.yaml', 'calico b.yaml'])
  })

  test('what only carries packets gives way, but not to policies alone', () => {
    expect(shown({ 'a.yaml': flannel, 'b.yaml': calicoNode })).toBe('canal@3.30.1 at b.yaml:10')
    expect(shown({ 'a.yaml': flannel, 'b.yaml': ciliumAgent })).toBe('cilium@1.18.2 at b.yaml:10')
    expect(places({ 'a.yaml': flannel, 'b.yaml': calicoPolicy })).toEqual(['flannel a.yaml', 'calico b.yaml'])
  })

  test('two versions of one plugin leave the version open, unless one is the other in short', () => {
    const other = (version: string) => ciliumAgent.replace('v1.18.2', version)
    expect(shown({ 'a.yaml': ciliumAgent, 'b.yaml': other('v1.17.0') })).toBe('cilium at a.yaml:10')
    expect(shown({ 'a.yaml': ciliumAgent, 'b.yaml': other('v1.18') })).toBe('cilium@1.18.2 at a.yaml:10')
    expect(shown({ 'a.yaml': other('v1.1'), 'b.yaml': other('v1.18') })).toBe('cilium at a.yaml:10')
  })
})

describe('odd input', () => {
  test.each([
    ['an image without a tag', ciliumAgent.replace(/:v1[^"]*/, ''), 'cilium at infra.yaml:4'],
    ['a tag that is no version', ciliumAgent.replace('v1.18.2', 'latest'), 'cilium at infra.yaml:10'],
    ['a tag that a template writes', ciliumAgent.replace('v1.18.2', '{{ .Values.tag }}'), 'cilium at infra.yaml:10'],
    ['a port in the registry', ciliumAgent.replace('quay.io/', 'shop.example:5000/'), 'cilium@1.18.2 at infra.yaml:10'],
    ['a very long version', ciliumAgent.replace('v1.18.2', `v1.${'9'.repeat(5000)}`), 'cilium at infra.yaml:10'],
    [
      'containers that are no list',
      'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: cilium}\nspec: {template: {spec: {containers: cilium}}}\n',
      'cilium at infra.yaml:3',
    ],
    ['an image that is no text', ciliumAgent.replace(/image: "[^"]*"/, 'image: [1]'), 'cilium at infra.yaml:4'],
    ['a group called like a method', object('constructor/v1', 'toString'), undefined],
    [
      'a release of nothing',
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium}\nspec: 7\n',
      undefined,
    ],
    [
      'values that are no YAML',
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: net}\nspec: {source: {chart: cilium, helm: {values: "{{[", parameters: 3}}}\n',
      'cilium at infra.yaml:4',
    ],
  ])('%s', (_, text, expected) => expect(shown(text)).toBe(expected))

  test('a chart that cannot be read, or is none', () => {
    expect(shown({ 'net/Chart.yaml': 'dependencies: [{name: cilium' })).toBeUndefined()
    expect(shown({ 'net/Chart.yaml': 'dependencies: cilium\n' })).toBeUndefined()
    expect(
      shown({ 'net/Chart.yaml': 'dependencies: [{name: cilium, version: [1]}]\n', 'net/values.yaml': '- cilium\n' }),
    ).toBe('cilium at net/Chart.yaml:1')
  })

  test('many values of a chart, nested deep, are no trouble', () => {
    const deep = `cilium: ${'{a: '.repeat(2000)}1${'}'.repeat(2000)}\n`
    expect(
      shown({ 'net/Chart.yaml': 'dependencies: [{name: cilium, version: 1.18.2}]\n', 'net/values.yaml': deep }),
    ).toBe('cilium@1.18.2 at net/Chart.yaml:1')
  })
})
