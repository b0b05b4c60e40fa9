import type { SidedSpan } from '../delta/cause.ts'
import { type OwnNamespace, ownNamespaces } from '../delta/own-namespaces.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Resource } from '../manifests/resource.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import type { DnsService } from '../model/network-profile.ts'
import type { Direction } from '../policies/entry.ts'
import { unlabelledPod } from '../reach/peers.ts'
import { compareSpans } from '../source/span.ts'
import { blockDocument, type Written } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { typeName } from './policy-words.ts'

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
    remedy: `Add a policy that selects every pod and has ${typeName[direction]} among its policyTypes, and allow what is needed beside it.`,
    confidence: isolated === 'unknown' ? 'possible' : view.cluster.open ? 'likely' : 'certain',
    ...(isolated === 'unknown' || elsewhere ? { severity: 'note' as const } : {}),
    witness:
      direction === 'ingress' ? `any pod in any namespace → any pod in ${name}` : `any pod in ${name} → any address`,
    patch: {
      path: beside(resource, `default-deny-${direction}.yaml`),
      text: denyText(name, direction, view.cluster.profile.dns),
    },
  }
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

/** The policy to add. Egress leaves DNS open, since nothing works without names. */
function denyText(namespace: string, direction: Direction, dns: DnsService | undefined): string {
  const metadata = { name: `default-deny-${direction}`, namespace }
  const labels = dns === undefined ? undefined : plainLabels(dns)
  const openings: { readonly [key: string]: Written } =
    direction === 'egress' && dns !== undefined && labels !== undefined ? { egress: [dnsRule(dns, labels)] } : {}
  return blockDocument({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: {}, policyTypes: [typeName[direction]], ...openings },
  })
}

function dnsRule({ namespace, ports }: DnsService, labels: Readonly<Record<string, string>>): Written {
  return {
    to: [{ namespaceSelector: { matchLabels: { [NAME_LABEL]: namespace } }, podSelector: { matchLabels: labels } }],
    ports: ports.flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ protocol, port }))),
  }
}

/** Labels that a selector asks for by value; undefined where it asks for more. */
function plainLabels({ labels }: DnsService): Record<string, string> | undefined {
  const parts = labels.kind === 'all' ? labels.of : [labels]
  const pairs = parts.map((part) =>
    part.kind === 'requirement' && part.operator === 'In' && part.values.length === 1
      ? ([part.key, part.values[0] as string] as const)
      : undefined,
  )
  const known = pairs.filter((pair) => pair !== undefined)
  return known.length === pairs.length ? Object.fromEntries(known) : undefined
}
