import { entryOf, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { optionsOfAgent } from './cilium-options.ts'
import { itemsAt, textAt } from './fields.ts'
import { lookupIn } from './plugin-charts.ts'
import { sightingsOfRelease } from './plugin-releases.ts'
import { readVersion, type Sighting, versionOfImage } from './sighting.ts'

type Read = (resource: Resource) => readonly Sighting[]

/** What an object says about the network plugin. */
export function sightingsOfObject(resource: Resource): readonly Sighting[] {
  const { group, kind } = resource
  const read = readers.get(`${group}/${kind}`) ?? groupReaders.get(group)
  return read?.(resource) ?? []
}

const seen = (resource: Resource, plugin: string, more: Partial<Sighting> = {}): readonly Sighting[] => [
  { plugin, version: undefined, settings: {}, strength: 'installed', at: resource.name.span, ...more },
]

const writesPolicies =
  (plugin: string): Read =>
  (resource) =>
    seen(resource, plugin, { strength: 'policy' })

/** The agent of a plugin: names of its DaemonSets, and of the images whose tag is its version. */
interface Agent {
  readonly plugin: string
  readonly names: readonly string[]
  readonly image?: RegExp
  readonly strength?: Sighting['strength']
  /** Whether it enforces policies as it is started; undefined: always. */
  readonly enforces?: (containers: readonly YamlNode[]) => boolean
}

/** Enforces NetworkPolicies beside any plugin that does not. */
const POLICY_CONTROLLER = 'kube-network-policies'

const agents: readonly Agent[] = [
  { plugin: 'antrea', names: ['antrea-agent'], image: /\/antrea-(?:agent-)?(?:ubuntu|ubi|debian)\b/ },
  {
    plugin: 'aws-vpc-cni',
    names: ['aws-node'],
    image: /\/amazon-k8s-cni:/,
    enforces: (containers) => hasArgument(containers, '--enable-network-policy=true'),
  },
  { plugin: 'azure-cni', names: ['azure-npm'] },
  { plugin: 'calico', names: ['calico-node'], image: /\bcalico\/node:/ },
  { plugin: 'canal', names: ['canal', 'rke2-canal'], image: /\bcalico\/node:/ },
  { plugin: 'cilium', names: ['cilium'], image: /\bcilium\/cilium(?:-ci)?:/ },
  { plugin: 'flannel', names: ['kube-flannel', 'kube-flannel-ds'], image: /\/flannel:/, strength: 'carrier' },
  { plugin: 'gke-dataplane-v2', names: ['anetd'] },
  // Tags of kindnet are dates; the versions known of it are those of kind.
  { plugin: 'kindnet', names: ['kindnet'], strength: 'carrier' },
  { plugin: POLICY_CONTROLLER, names: [POLICY_CONTROLLER] },
  {
    plugin: 'kube-router',
    names: ['kube-router'],
    image: /\bcloudnativelabs\/kube-router:/,
    enforces: (containers) => !hasArgument(containers, '--run-firewall=false'),
  },
  { plugin: 'ovn-kubernetes', names: ['ovnkube-node', 'ovnkube-master', 'ovnkube-node-single-node-zone'] },
  { plugin: 'weave', names: ['weave-net'], image: /\bweaveworks\/weave-(?:kube|npc):/ },
]

const agentsByName = new Map(agents.flatMap((agent) => agent.names.map((name) => [name, agent] as const)))

function readAgent(resource: Resource): readonly Sighting[] {
  const agent = agentsByName.get(resource.name.value)
  if (agent === undefined) return []
  const pod = valueAt(resource.node, 'spec', 'template', 'spec')
  const containers = [...itemsAt(pod, 'containers'), ...itemsAt(pod, 'initContainers')]
  if (agent.enforces?.(containers) === false) return []
  if (agent.plugin === 'flannel' && containers.some((each) => imageOf(each).includes(POLICY_CONTROLLER)))
    return seen(resource, POLICY_CONTROLLER)
  const image = containers.find((each) => agent.image?.test(`/${imageOf(each)}`))
  const node = valueAt(image, 'image')
  return seen(resource, agent.plugin, {
    version: image && versionOfImage(imageOf(image)),
    strength: agent.strength ?? 'installed',
    ...(node === undefined ? {} : { at: spanOf(resource.provenance.file, node) }),
  })
}

const imageOf = (container: YamlNode): string => textAt(container, 'image') ?? ''

const hasArgument = (containers: readonly YamlNode[], argument: string): boolean =>
  containers.some((container) =>
    [...itemsAt(container, 'args'), ...itemsAt(container, 'command')].some((item) => textAt(item) === argument),
  )

function readCiliumConfig(resource: Resource): readonly Sighting[] {
  if (resource.name.value !== 'cilium-config') return []
  return seen(resource, 'cilium', { settings: optionsOfAgent(lookupIn(valueAt(resource.node, 'data'))) })
}

/** OpenShift's own setting: what the operator installs, or what it says it has installed. */
function readOpenShiftNetwork(resource: Resource): readonly Sighting[] {
  const spec = valueAt(resource.node, 'spec')
  const type = textAt(spec, 'defaultNetwork', 'type') ?? textAt(spec, 'networkType')
  const plugin = { OVNKubernetes: 'ovn-kubernetes', OpenShiftSDN: 'openshift-sdn' }[type ?? '']
  return plugin === undefined ? [] : seen(resource, plugin)
}

/** Objects of Calico that are no policies: settings and pools of an installation. */
function readCalicoSettings(resource: Resource): readonly Sighting[] {
  const version = entryOf(valueAt(resource.node, 'spec'), 'calicoVersion')?.value
  return seen(resource, 'calico', { version: readVersion(textAt(version)) })
}

const calicoPolicies: ReadonlySet<string> = new Set([
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'NetworkPolicy',
  'NetworkSet',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'StagedNetworkPolicy',
  'Tier',
])

const readCalico: Read = (resource) =>
  calicoPolicies.has(resource.kind) ? writesPolicies('calico')(resource) : readCalicoSettings(resource)

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['/ConfigMap', readCiliumConfig],
  ['apps/DaemonSet', readAgent],
  ['argoproj.io/Application', sightingsOfRelease],
  ['config.openshift.io/Network', readOpenShiftNetwork],
  ['extensions/DaemonSet', readAgent],
  ['helm.cattle.io/HelmChart', sightingsOfRelease],
  ['helm.toolkit.fluxcd.io/HelmRelease', sightingsOfRelease],
  ['operator.openshift.io/Network', readOpenShiftNetwork],
  ['operator.tigera.io/Installation', (resource) => seen(resource, 'calico')],
])

const groupReaders: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['cilium.io', writesPolicies('cilium')],
  ['crd.antrea.io', writesPolicies('antrea')],
  ['crd.projectcalico.org', readCalico],
  ['projectcalico.org', readCalico],
])
