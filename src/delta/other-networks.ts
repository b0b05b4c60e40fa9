import { type MappingEntry, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Cluster } from '../model/cluster.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'

/** Objects that make a network beside the one every pod is on, or in place of it. */
export const networkKinds: readonly string[] = [
  'k8s.cni.cncf.io/NetworkAttachmentDefinition',
  'k8s.ovn.org/ClusterUserDefinedNetwork',
  'k8s.ovn.org/UserDefinedNetwork',
]

/** Annotations by which a pod joins such networks, and the field by which a virtual machine does. */
const joining: ReadonlySet<string> = new Set([
  'k8s.v1.cni.cncf.io/networks',
  'v1.multus-cni.io/default-network',
  'multus',
])

/** The label that lets a namespace have a network of its own, cut off from the rest of the cluster. */
const OWN_NETWORK_LABEL = 'k8s.ovn.org/primary-user-defined-network'

/**
 * One problem for each object that makes or joins a network other than the cluster's: policies of that one say nothing
 * about connections there, and a primary network cuts its namespaces off from the others.
 */
export function otherNetworks(cluster: Cluster): Diagnostic[] {
  const makers = networkKinds.flatMap((kind) => cluster.resources.get(kind) ?? [])
  const namespaces = [...cluster.namespaces.values()].flatMap(({ resource, labels }) => {
    const label = labels.values.get(OWN_NETWORK_LABEL)
    return resource === undefined || label === undefined ? [] : [{ resource, span: label.span }]
  })
  const members = cluster.workloads.flatMap(({ resource }) => {
    const entry = joiningEntry(resource)
    return entry === undefined ? [] : [{ resource, span: spanOf(resource.provenance.file, entry) }]
  })
  return [
    ...makers.map((resource) => notModelled(resource, resource.name.span, 'makes a network of its own')),
    ...namespaces.map(({ resource, span }) => notModelled(resource, span, 'may have a network of its own')),
    ...members.map(({ resource, span }) => notModelled(resource, span, 'joins another network')),
  ]
}

const looked = new WeakMap<Resource, { readonly entry: MappingEntry | undefined }>()

/** Both sides share the workloads that did not change: each is searched once. */
function joiningEntry(resource: Resource): MappingEntry | undefined {
  const found = looked.get(resource) ?? { entry: mayJoin(resource) ? entryIn(podPart(resource)) : undefined }
  looked.set(resource, found)
  return found.entry
}

/** Whether the file names such an annotation, or could behind an escape: hardly any does. */
const mayJoin = ({ provenance }: Resource): boolean => /multus|k8s\.v1\.cni\.cncf\.io|\\/.test(provenance.file.text)

/** Where a workload keeps what it says of its pods. */
const podPart = ({ kind, node }: Resource): YamlNode | undefined =>
  kind === 'Pod' || kind === 'VirtualMachineInstance' ? node : valueAt(node, 'spec')

function entryIn(node: YamlNode | undefined): MappingEntry | undefined {
  if (node === undefined || node.kind === 'scalar') return undefined
  if (node.kind === 'sequence') return firstFound(node.items, (item) => item)
  return node.entries.find(isJoining) ?? firstFound(node.entries, ({ value }) => value)
}

function firstFound<T>(children: readonly T[], nodeOf: (child: T) => YamlNode): MappingEntry | undefined {
  for (const child of children) {
    const found = entryIn(nodeOf(child))
    if (found !== undefined) return found
  }
  return undefined
}

/** An empty list joins nothing. */
const isJoining = ({ name, value }: MappingEntry): boolean =>
  joining.has(name) && !(value.kind === 'scalar' && /^\s*(\[\s*\])?\s*$/.test(String(value.value ?? '')))

function notModelled(resource: Resource, span: Span, does: string): Diagnostic {
  return diagnostic('network-not-modelled', span, {
    message: `${resource.kind} ${resource.name.value} ${does}, which is not modelled: who can talk to whom there, and who is cut off by it, is not in the answer`,
    hint: 'Review it by hand; the configuration can let incomplete results pass (gate.incomplete: warn).',
    effect: 'unknown',
  })
}
