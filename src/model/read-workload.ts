import { entryOf, isUnset, type MappingNode, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import { booleanAt, integerAt, type ReadContext, stringAt } from '../manifests/reader.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { ProtocolName } from '../sets/connection-set.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import { type Located, syntheticSpan } from '../source/span.ts'
import { type ContainerPort, idKey, type Workload } from './cluster.ts'
import { annotationsAt, isSet, itemsAt, textAt } from './fields.ts'
import { matchLabels } from './label-expression.ts'
import { type Labels, withUnknown } from './labels.ts'
import { isPortNumber } from './port-forms.ts'
import { type Reporter, readLabels } from './read-labels.ts'
import { readLabelSelector } from './read-selector.ts'

/** Where a kind keeps the metadata and the spec of its pods, and which labels the system adds to them. */
interface WorkloadKind {
  readonly metadata: readonly string[]
  readonly spec: readonly string[]
  /** Labels with a value that is known from the name. */
  readonly added?: (name: string) => Readonly<Record<string, string>>
  /** Labels that differ from pod to pod or are made at run time. */
  readonly generated?: readonly string[]
  /** Where labels are written that some of the pods have for some of the time. */
  readonly passing?: readonly (readonly string[])[]
  /** Whether the API server insists that `spec.selector` matches the template. */
  readonly checksSelector?: boolean
  /** Ports the system opens beside those of the containers. */
  readonly ports?: readonly number[]
}

const template = ['spec', 'template']
const fromTemplate = { metadata: [...template, 'metadata'], spec: [...template, 'spec'] }
const fromItself = { metadata: ['metadata'], spec: ['spec'] }
const jobLabels = ['batch.kubernetes.io/controller-uid', 'controller-uid']
const knativePorts = [8012, 8013, 8022, 9090, 9091]

const knative = (name: string): Record<string, string> => ({
  'serving.knative.dev/service': name,
  'serving.knative.dev/configuration': name,
})
const strategy = ['spec', 'strategy']
const rolloutPhases = [
  [...strategy, 'canary', 'canaryMetadata', 'labels'],
  [...strategy, 'canary', 'stableMetadata', 'labels'],
  [...strategy, 'blueGreen', 'previewMetadata', 'labels'],
  [...strategy, 'blueGreen', 'activeMetadata', 'labels'],
]
const virtualMachine = (name: string): Record<string, string> => ({
  'kubevirt.io': 'virt-launcher',
  'vm.kubevirt.io/name': name,
})

/** Every kind that makes pods, by group and kind (semantics: docs/policies/kubernetes.md, "Workloads"). */
const workloadKinds: Readonly<Record<string, WorkloadKind>> = {
  '/Pod': fromItself,
  'apps/Deployment': { ...fromTemplate, generated: ['pod-template-hash'], checksSelector: true },
  'apps/ReplicaSet': { ...fromTemplate, generated: ['pod-template-hash'], checksSelector: true },
  'apps/StatefulSet': {
    ...fromTemplate,
    generated: ['statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index', 'controller-revision-hash'],
    checksSelector: true,
  },
  'apps/DaemonSet': {
    ...fromTemplate,
    generated: ['controller-revision-hash', 'pod-template-generation'],
    checksSelector: true,
  },
  'extensions/Deployment': { ...fromTemplate, generated: ['pod-template-hash'] },
  'extensions/ReplicaSet': { ...fromTemplate, generated: ['pod-template-hash'] },
  'extensions/DaemonSet': { ...fromTemplate, generated: ['controller-revision-hash', 'pod-template-generation'] },
  '/ReplicationController': fromTemplate,
  'batch/Job': {
    ...fromTemplate,
    added: (name) => ({ 'batch.kubernetes.io/job-name': name, 'job-name': name }),
    generated: [...jobLabels, 'batch.kubernetes.io/job-completion-index'],
  },
  'batch/CronJob': {
    metadata: ['spec', 'jobTemplate', ...template, 'metadata'],
    spec: ['spec', 'jobTemplate', ...template, 'spec'],
    generated: [...jobLabels, 'batch.kubernetes.io/job-name', 'job-name', 'batch.kubernetes.io/job-completion-index'],
  },
  'argoproj.io/Rollout': { ...fromTemplate, generated: ['rollouts-pod-template-hash'], passing: rolloutPhases },
  'serving.knative.dev/Service': {
    ...fromTemplate,
    added: knative,
    generated: ['serving.knative.dev/revision', 'serving.knative.dev/revisionUID', 'app'],
    ports: knativePorts,
  },
  'serving.knative.dev/Configuration': {
    ...fromTemplate,
    added: (name) => ({ 'serving.knative.dev/configuration': name }),
    generated: [
      'serving.knative.dev/service',
      'serving.knative.dev/revision',
      'serving.knative.dev/revisionUID',
      'app',
    ],
    ports: knativePorts,
  },
  'serving.knative.dev/Revision': {
    ...fromItself,
    generated: ['serving.knative.dev/revisionUID'],
    ports: knativePorts,
  },
  'apps.openshift.io/DeploymentConfig': {
    ...fromTemplate,
    added: (name) => ({ deploymentconfig: name }),
    generated: ['deployment'],
  },
  'kubevirt.io/VirtualMachine': { ...fromTemplate, added: virtualMachine, generated: ['kubevirt.io/created-by'] },
  'kubevirt.io/VirtualMachineInstance': { ...fromItself, added: virtualMachine, generated: ['kubevirt.io/created-by'] },
  'kubevirt.io/VirtualMachineInstanceReplicaSet': {
    ...fromTemplate,
    generated: ['kubevirt.io', 'vm.kubevirt.io/name', 'kubevirt.io/created-by'],
  },
  'pool.kubevirt.io/VirtualMachinePool': {
    metadata: ['spec', 'virtualMachineTemplate', ...template, 'metadata'],
    spec: ['spec', 'virtualMachineTemplate', ...template, 'spec'],
    generated: ['kubevirt.io', 'vm.kubevirt.io/name', 'kubevirt.io/created-by'],
  },
}

export function isWorkload({ group, kind }: Resource): boolean {
  return `${group}/${kind}` in workloadKinds
}

/** Reads any kind that makes pods. `namespace` is where it lands. Undefined for other kinds. */
export function readWorkload(resource: Resource, namespace: string, report: Reporter): Workload | undefined {
  const kind = workloadKinds[`${resource.group}/${resource.kind}`]
  if (kind === undefined) return undefined
  const { node } = resource
  const spec = valueAt(node, ...kind.spec)
  const labels = podLabels(resource, kind, report)
  if (kind.checksSelector === true) checkOwnSelector(resource, labels, report)
  const context: ReadContext = { file: resource.provenance.file, report }
  const hostNetwork = booleanAt(context, spec, 'hostNetwork')
  const onHost = hostNetwork?.known === true && hostNetwork.value
  return {
    id: workloadId(resource, namespace),
    resource,
    labels,
    ports: [...containerPorts(context, spec, onHost), ...systemPorts(kind)],
    hostNetwork: onHost,
    nodeName: textAt(spec, 'nodeName'),
    serviceAccount: textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount') ?? 'default',
    addresses: podAddresses(node),
    dnsPolicy: textAt(spec, 'dnsPolicy') ?? 'ClusterFirst',
    annotations: new Map([
      ...annotationsAt(node, 'metadata', 'annotations'),
      ...annotationsAt(node, ...kind.metadata, 'annotations'),
    ]),
    pods: resource.kind === 'Pod' ? [resource.name.value] : [],
  }
}

/** Labels that replicas of one owner differ in. */
const replicaLabels: readonly string[] = [
  ...new Set(Object.values(workloadKinds).flatMap((kind) => [...(kind.generated ?? [])])),
].filter((key) => key !== 'app' && key !== 'deployment' && key !== 'job-name')

/** A pod that a controller owns stands for that controller, under the kind its owner reference writes. */
function workloadId(resource: Resource, namespace: string): ResourceId {
  const id = { group: resource.group, kind: resource.kind, namespace, name: resource.name.value }
  if (resource.kind !== 'Pod') return id
  const owners = itemsAt(resource.node, 'metadata', 'ownerReferences')
  const owner = owners.find((item) => flagAt(item, 'controller')) ?? (owners.length === 1 ? owners[0] : undefined)
  const kind = textAt(owner, 'kind')
  const name = textAt(owner, 'name')
  if (name === undefined || kind === 'Node') return id
  return {
    group: (textAt(owner, 'apiVersion') ?? '').split('/').slice(0, -1).join('/'),
    kind: kind ?? 'Pod',
    namespace,
    name,
  }
}

function podLabels(resource: Resource, kind: WorkloadKind, report: Reporter): Labels {
  const written = readLabels(resource, valueAt(resource.node, ...kind.metadata, 'labels'), report)
  const values = new Map<string, Located<string>>(written.values)
  for (const [key, value] of Object.entries(kind.added?.(resource.name.value) ?? {})) {
    if (!values.has(key)) values.set(key, { value, span: syntheticSpan })
  }
  const generated = (kind.generated ?? []).filter((key) => !values.has(key))
  const labels = { values, unknownKeys: new Set([...written.unknownKeys, ...generated]), complete: written.complete }
  const passing = (kind.passing ?? []).flatMap((path) => keysAt(resource.node, path))
  return withUnknown(labels, passing)
}

function keysAt(node: MappingNode, path: readonly string[]): string[] {
  const found = valueAt(node, ...path)
  return found?.kind === 'mapping' ? found.entries.map(({ name }) => name) : []
}

function checkOwnSelector(resource: Resource, labels: Labels, report: Reporter): void {
  const entry = entryOf(valueAt(resource.node, 'spec'), 'selector')
  if (entry === undefined || isUnset(entry.value)) return
  if (
    matchLabels(
      readLabelSelector(resource, entry.value, () => undefined),
      labels,
    ) !== 'no'
  )
    return
  report(
    diagnostic('owner-selector-mismatch', spanOf(resource.provenance.file, entry), {
      message: `${resource.kind} ${resource.name.value}: spec.selector does not match the labels of its own pod template, so the API server refuses it`,
      hint: 'Make spec.selector.matchLabels equal to labels of spec.template.metadata.labels.',
      effect: 'unknown',
    }),
  )
}

function containerPorts(context: ReadContext, spec: YamlNode | undefined, hostNetwork: boolean): ContainerPort[] {
  const sidecars = itemsAt(spec, 'initContainers').filter(
    (container) => textAt(container, 'restartPolicy') === 'Always',
  )
  const portsOf = (containers: readonly YamlNode[], sidecar: boolean): ContainerPort[] =>
    containers.flatMap((container) =>
      itemsAt(container, 'ports').flatMap((item) => portOf(context, item, sidecar, hostNetwork) ?? []),
    )
  return [...portsOf(itemsAt(spec, 'containers'), false), ...portsOf(sidecars, true)]
}

/** A port nobody can read is reported and left out: a name it carries is then unknown. */
function portOf(
  context: ReadContext,
  item: YamlNode,
  sidecar: boolean,
  hostNetwork: boolean,
): ContainerPort | undefined {
  const port = integerAt(context, item, 'containerPort')
  const protocol = stringAt(context, item, 'protocol') ?? { known: true, value: 'TCP', node: item }
  const name = stringAt(context, item, 'name')
  const written = integerAt(context, item, 'hostPort')
  if (port?.known !== true || !protocol.known || !isPortProtocol(protocol.value) || !isPortNumber(port.value)) {
    if (port?.known !== false && protocol.known) context.report(portRefused(context, item))
    return undefined
  }
  const hostPort = written?.known === true ? written.value : undefined
  return {
    name: name?.known === true ? name.value : undefined,
    protocol: protocol.value,
    port: port.value,
    hostPort: hostPort === 0 ? undefined : (hostPort ?? (hostNetwork ? port.value : undefined)),
    sidecar,
    span: spanOf(context.file, item),
  }
}

function portRefused({ file }: ReadContext, item: YamlNode): Diagnostic {
  return diagnostic('field-type', spanOf(file, item), {
    message: 'a container port is a number from 1 to 65535 with the protocol TCP, UDP or SCTP',
    hint: 'Write the number the container listens on.',
    effect: 'unknown',
  })
}

const systemPorts = ({ ports }: WorkloadKind): ContainerPort[] =>
  (ports ?? []).map((port) => ({
    name: undefined,
    protocol: 'TCP',
    port,
    hostPort: undefined,
    sidecar: true,
    span: syntheticSpan,
  }))

export function isPortProtocol(text: string): text is ProtocolName & ('TCP' | 'UDP' | 'SCTP') {
  return text === 'TCP' || text === 'UDP' || text === 'SCTP'
}

function flagAt(node: YamlNode | undefined, name: string): boolean {
  const found = valueAt(node, name)
  return found?.kind === 'scalar' && found.value === true
}

/** Addresses in a Pod's status: `podIP` and `podIPs`. */
function podAddresses(node: MappingNode): AddressSet | undefined {
  if (!isSet(node, 'status', 'podIP') && !isSet(node, 'status', 'podIPs')) return undefined
  const texts = [
    textAt(node, 'status', 'podIP'),
    ...itemsAt(node, 'status', 'podIPs').map((item) => textAt(item, 'ip')),
  ]
  const sets = texts.flatMap((text) => (text === undefined ? [] : [AddressSet.single(text)]))
  const all = sets.reduce((found, set) => found.union(set), AddressSet.none)
  return all.isEmpty ? undefined : all
}

/**
 * Pods of one owner that policies cannot tell apart become one workload. An owner whose pods differ keeps them apart,
 * each under its own name.
 */
export function collapseReplicas(workloads: readonly Workload[]): Workload[] {
  const byOwner = Map.groupBy(workloads, ({ id }) => idKey(id))
  return [...byOwner.values()].flatMap((group) => {
    const [first, ...others] = group
    if (first === undefined || others.length === 0 || !group.every(({ resource }) => resource.kind === 'Pod'))
      return group
    if (new Set(group.map(appearance)).size > 1) return group.map(asPod)
    const known = group.flatMap(({ addresses }) => addresses ?? [])
    const addresses = known.length === 0 ? undefined : known.reduce((all, set) => all.union(set))
    return [
      { ...first, labels: withoutReplicaLabels(first.labels), pods: group.flatMap(({ pods }) => pods), addresses },
    ]
  })
}

function appearance({ labels, ports, hostNetwork, serviceAccount }: Workload): string {
  const shared = withoutReplicaLabels(labels).values
  const pairs = [...shared].map(([key, { value }]) => `${key}=${value}`).sort()
  return JSON.stringify([
    pairs,
    ports.map(({ name, protocol, port }) => [name, protocol, port]),
    hostNetwork,
    serviceAccount,
  ])
}

function withoutReplicaLabels(labels: Labels): Labels {
  const perPod = new Set(replicaLabels.filter((key) => labels.values.has(key)))
  const values = new Map([...labels.values].filter(([key]) => !perPod.has(key)))
  return { values, unknownKeys: labels.unknownKeys.union(perPod), complete: labels.complete }
}

const asPod = (workload: Workload): Workload => ({
  ...workload,
  id: { group: '', kind: 'Pod', namespace: workload.id.namespace, name: workload.resource.name.value },
})
