import { entryOf, type MappingNode, valueAt, type YamlNode } from './node.ts'

/** What a document is that is no Kubernetes object to apply; counted, never reported as broken. */
export type OtherKind =
  | 'chart'
  | 'compose'
  | 'config'
  | 'crd-schema'
  | 'kustomization'
  | 'openapi'
  | 'other'
  | 'patch'
  | 'values'
  | 'workflow'

export const otherKinds: readonly OtherKind[] = [
  'chart',
  'compose',
  'config',
  'crd-schema',
  'kustomization',
  'openapi',
  'other',
  'patch',
  'values',
  'workflow',
]

/** Groups whose documents are read by a tool from a file and never sent to a cluster. */
const toolGroups = new Set([
  'apiserver.config.k8s.io',
  'apiserver.k8s.io',
  'audit.k8s.io',
  'client.authentication.k8s.io',
  'ctlptl.dev',
  'kind.x-k8s.io',
  'kubeadm.k8s.io',
  'kubelet.config.k8s.io',
  'kubeproxy.config.k8s.io',
  'kubescheduler.config.k8s.io',
  'kuttl.dev',
  'skaffold',
])

/** What a file is by its path alone, for those that cannot hold a manifest. */
export function otherKindOfPath(path: string): OtherKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (/(?:^|\/)\.github\/workflows\//.test(path)) return 'workflow'
  if (/^kustomization\.ya?ml$/.test(name)) return 'kustomization'
  if (name === 'chart.yaml' || name === 'chart.lock') return 'chart'
  if (/^(?:docker-)?compose\b.*\.ya?ml$/.test(name)) return 'compose'
  return /^values\b.*\.(?:ya?ml|json)$/.test(name) || /[-._]values\.ya?ml$/.test(name) ? 'values' : 'other'
}

/** What a document without a full apiVersion and kind is; undefined when it looks like a manifest that lost one. */
export function otherKindOf(path: string, root: YamlNode): OtherKind | undefined {
  if (root.kind !== 'mapping') return otherKindOfPath(path)
  if (has(root, 'openapi') || has(root, 'swagger')) return 'openapi'
  if (has(root, 'jobs') && (has(root, 'on') || has(root, 'true'))) return 'workflow'
  const byPath = otherKindOfPath(path)
  if (byPath !== 'other') return byPath
  if (has(root, 'apiVersion') && has(root, 'name') && has(root, 'version')) return 'chart'
  if (has(root, 'services') && !has(root, 'apiVersion') && !has(root, 'kind')) return 'compose'
  return hasOneOfBoth(root) ? undefined : 'other'
}

/** A document with an apiVersion and a kind that is still not applied: input of a tool, a schema, a patch. */
export function otherKindOfObject(group: string, kind: string, node: MappingNode): OtherKind | undefined {
  if (group === 'kustomize.config.k8s.io') return 'kustomization'
  if (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition') return 'crd-schema'
  if (toolGroups.has(group) || (group === '' && kind === 'Config')) return 'config'
  const patch = valueAt(node, '$patch')
  return patch?.kind === 'scalar' && patch.value === 'delete' ? 'patch' : undefined
}

/** A kind with metadata, or an apiVersion with metadata, a spec or items: more than a values file that has such a key. */
function hasOneOfBoth(root: MappingNode): boolean {
  if (has(root, 'kind')) return has(root, 'metadata')
  return has(root, 'apiVersion') && ['metadata', 'spec', 'items'].some((name) => has(root, name))
}

function has(root: MappingNode, name: string): boolean {
  return entryOf(root, name) !== undefined
}
