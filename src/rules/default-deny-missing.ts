import type { SidedSpan } from '../delta/cause.ts'
import { type OwnNamespace, ownNamespaces } from '../delta/own-namespaces.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Direction } from '../policies/entry.ts'
import { unlabelledPod } from '../reach/peers.ts'
import { compareSpans } from '../source/span.ts'
import type { RuleHit } from './finding.ts'
import { policyLanguage } from './policy-language.ts'
import { typeName } from './policy-words.ts'
import { denyAll } from './suggested-policy.ts'

/** Namespaces of the system, which clusters run without policies. */
export const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease']

/** Namespaces of the tree in which a pod without labels is not isolated in a direction. */
export function* namespacesWithoutDeny(
  view: SideView,
  direction: Direction,
  except: readonly string[],
): Generator<RuleHit> {
  for (const namespace of ownNamespaces(view)) {
    if (except.includes(namespace.name)) continue
    if (direction === 'egress' && isElsewhere(view, namespace)) continue
    const pod = unlabelledPod(view.reach, namespace.name)
    if (pod === undefined) continue
    const isolated = view.reach.isolated(pod, direction)
    if (isolated !== 'yes') yield hit(view, namespace, direction, isolated)
  }
}

/** Where neither the namespace nor its pods are in the tree, it is looked after elsewhere as well. */
function isElsewhere(view: SideView, { name, workloads }: OwnNamespace): boolean {
  return workloads.length === 0 && view.cluster.namespaces.get(name)?.source !== 'declared'
}

function hit(view: SideView, namespace: OwnNamespace, direction: Direction, isolated: 'no' | 'unknown'): RuleHit {
  const { name, policies } = namespace
  const elsewhere = isElsewhere(view, namespace)
  const { resource, at } = placeOf(view, namespace)
  const who =
    direction === 'ingress' ? 'accepts connections from anybody' : 'may connect to anybody, the internet included'
  const some =
    policies.length === 0
      ? 'No policy of the tree is in it.'
      : `Its ${policies.length === 1 ? 'policy does' : `${policies.length} policies do`} not cover such a pod.`
  const unsure = isolated === 'unknown' ? 'Whether a policy covers every pod of it is unknown. ' : ''
  return {
    object: { group: '', kind: 'Namespace', namespace: '', name },
    discriminator: direction,
    at,
    message: `${unsure}Namespace ${name} has no default deny for ${direction}: a pod without labels ${who}. ${some}`,
    remedy: `Add a policy that selects every pod and ${closes(view, direction)}, and allow what is needed beside it.`,
    confidence: isolated === 'unknown' ? 'possible' : view.cluster.open ? 'likely' : 'certain',
    ...(isolated === 'unknown' || elsewhere ? { severity: 'note' as const } : {}),
    witness:
      direction === 'ingress' ? `any pod in any namespace → any pod in ${name}` : `any pod in ${name} → any address`,
    patch: {
      path: beside(resource, `default-deny-${direction}.yaml`),
      text: denyAll(policyLanguage(view), name, direction, view.cluster.profile.dns),
    },
  }
}

/** How a policy says in the language of the tree that it closes a direction. */
function closes(view: SideView, direction: Direction): string {
  return policyLanguage(view) === 'cilium'
    ? `has one empty entry under ${direction}`
    : `has ${typeName[direction]} among its ${policyLanguage(view) === 'calico' ? 'types' : 'policyTypes'}`
}

/** The Namespace where it is declared, else its first workload, else its first policy. */
function placeOf(
  view: SideView,
  { name, workloads, policies }: OwnNamespace,
): { readonly resource: Resource; readonly at: SidedSpan } {
  const declared = view.cluster.namespaces.get(name)?.resource
  const present = (workloads.length > 0 ? workloads : policies).map(({ resource }) => resource)
  const resource = declared ?? (present.sort((a, b) => compareSpans(a.name.span, b.name.span))[0] as Resource)
  return { resource, at: { side: view.side, span: resource.name.span } }
}

function beside({ provenance }: Resource, file: string): string {
  const { path } = provenance.file
  return path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${file}` : file
}
