import type { SideView } from '../delta/side-view.ts'
import { spanOf } from '../manifests/node.ts'
import { showId, type Workload } from '../model/cluster.ts'
import { annotationsAt, textAt } from '../model/fields.ts'
import { isEverything, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import type { DnsService } from '../model/network-profile.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { unlabelledPod, workloadsIn } from '../reach/peers.ts'
import { connectionsWith } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { Span } from '../source/span.ts'
import { classesIn, dnsClasses, showDns } from './dns-pods.ts'
import { blockDocument, type Written } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { showSubject, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { typesNode } from './rule-node.ts'
import { workloadsOfNamespace } from './selected-workloads.ts'
import { specsOf } from './spec-of.ts'

/** On a workload or a policy whose pods need no names. */
const ANNOTATION = 'portcullis/no-dns'

export default defineRule({
  id: 'dns-egress-missing',
  title: 'Isolated pods cannot reach DNS',
  severity: 'error',
  fix: 'patch',
  tags: ['cis-5.3.2', 'correctness', 'dns'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const { dns } = view.cluster.profile
    if (dns === undefined) return
    const targets = dnsClasses(view, dns)
    if (targets.length === 0) return
    const cuts = [...candidates(view)].flatMap((found) => cutOf(view, found, { dns, targets }) ?? [])
    for (const group of Map.groupBy(cuts, ({ policy }) => policy).values()) yield hit(view, dns, group)
  },
})

/** Classes of workloads; and an unlabelled pod where a namespace has policies and none of its workloads is in the tree. */
function* candidates(view: SideView): Generator<PeerClass> {
  yield* view.reach.universe.classes.filter((found) => workloadsIn(view.reach, found).length > 0)
  const namespaces = new Set(view.policies.networkPolicies.map(({ id }) => id.namespace))
  for (const namespace of namespaces) {
    const pod = workloadsOfNamespace(view, namespace).length === 0 ? unlabelledPod(view.reach, namespace) : undefined
    if (pod !== undefined) yield pod
  }
}

interface Cut {
  readonly policy: NetworkPolicySpec
  readonly workloads: readonly Workload[]
  /** Pods of the DNS namespace that are reachable on the port, though not those that answer. */
  readonly elsewhere: boolean
}

interface Resolver {
  readonly dns: DnsService
  readonly targets: readonly PeerClass[]
}

/** Undefined where pods of a class reach DNS, may reach it, or need not. */
function cutOf(view: SideView, found: PeerClass, { dns, targets }: Resolver): Cut | undefined {
  const row = view.reach.row(found, 'egress').may
  const asks = (target: PeerClass): boolean => {
    const connections = connectionsWith(row, target.index)
    return connections.portsOf('UDP').names.length > 0 || dns.ports.some((port) => connections.has('UDP', port))
  }
  if (targets.some(asks)) return undefined
  const policies = isolatingPolicies(view, found)
  const [policy] = policies
  const workloads = workloadsIn(view.reach, found).filter((workload) => asksDns(workload, dns))
  const concerned = found.kind === 'cell' || workloads.length > 0
  if (
    policy === undefined ||
    !concerned ||
    policies.some(({ resource }) => isExempt(annotationsAt(resource.node, 'metadata', 'annotations')))
  )
    return undefined
  return { policy, workloads, elsewhere: classesIn(view, dns.namespace).some(asks) }
}

const isExempt = (annotations: ReadonlyMap<string, string>): boolean =>
  (annotations.get(ANNOTATION) ?? 'false') !== 'false'

function asksDns(workload: Workload, dns: DnsService): boolean {
  const own = workload.id.namespace === dns.namespace && matchLabels(dns.labels, workload.labels) !== 'no'
  return !own && workload.dnsPolicy !== 'Default' && workload.dnsPolicy !== 'None' && !isExempt(workload.annotations)
}

/** Policies that certainly isolate the egress of a class, those for every pod first: the cause that others share. */
function isolatingPolicies(view: SideView, found: PeerClass): NetworkPolicySpec[] {
  const uses = view.reach.uses(found, 'egress').filter(({ entry, applies }) => entry.isolates && applies === 'yes')
  const specs = specsOf(view, uses)
  return [
    ...specs.filter(({ podSelector }) => isEverything(podSelector)),
    ...specs.filter(({ podSelector }) => !isEverything(podSelector)),
  ]
}

function hit(view: SideView, dns: DnsService, group: readonly Cut[]): RuleHit {
  const { policy } = group[0] as Cut
  const workloads = group.flatMap((cut) => cut.workloads)
  const whom = workloads.length > 0 ? showWorkloads(workloads) : showSubject(policy)
  const elsewhere = group.some((cut) => cut.elsewhere)
  const sure = workloads.length > 0 && !elsewhere
  const ports = `UDP ${dns.ports.join(', ')}`
  return {
    object: policy.id,
    discriminator: 'dns',
    at: { side: view.side, span: egressSpan(policy) },
    confidence: view.cluster.open || elsewhere ? 'possible' : sure ? 'certain' : 'likely',
    ...(view.cluster.open || elsewhere ? { severity: 'note' as const } : sure ? {} : { severity: 'warning' as const }),
    message:
      `${showId(policy.id)} isolates egress, and no policy opens DNS (${showDns(dns)}, ${ports}) to ${whom}: names do not resolve there.` +
      (elsewhere
        ? ` Other pods of ${dns.namespace} are open on that port; if they are the resolvers, say so under dns in the configuration.`
        : ''),
    remedy: `Add a policy that allows DNS. Pods that need no names: annotation ${ANNOTATION}: "true", or dnsPolicy Default or None.`,
    witness: `${whom} → ${showDns(dns)} ${ports} is denied`,
    patch: { path: besides(policy), text: allowDns(policy, dns) },
  }
}

/** The word that isolates: `Egress` under policyTypes, else the rules that imply it. */
function egressSpan(spec: NetworkPolicySpec): Span {
  const item = typesNode(spec)?.items.find((type) => textAt(type) === 'Egress')
  if (item !== undefined) return spanOf(spec.resource.provenance.file, item)
  return spec.rulesSpan.egress ?? spec.podSelectorSpan
}

function besides({ resource, id }: NetworkPolicySpec): string {
  const { path } = resource.provenance.file
  return `${path.slice(0, path.lastIndexOf('/') + 1)}allow-dns-${id.namespace}.yaml`
}

function allowDns({ id, podSelector }: NetworkPolicySpec, dns: DnsService): string {
  const peer = {
    namespaceSelector: { matchLabels: { [NAME_LABEL]: dns.namespace } },
    podSelector: writtenSelector(dns.labels),
  }
  const ports = dns.ports.flatMap((port) => [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ])
  return blockDocument({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'allow-dns', namespace: id.namespace },
    spec: { podSelector: writtenSelector(podSelector), policyTypes: ['Egress'], egress: [{ to: [peer], ports }] },
  })
}

/** A selector as a manifest writes it; the ones here are conjunctions of requirements. */
function writtenSelector(labels: LabelExpression): Written {
  const parts = (labels.kind === 'all' ? labels.of : [labels]).filter((part) => part.kind === 'requirement')
  if (parts.length === 0) return {}
  const pairs = parts.filter(({ operator, values }) => operator === 'In' && values.length === 1)
  if (pairs.length === parts.length)
    return { matchLabels: Object.fromEntries(pairs.map(({ key, values }) => [key, values[0] as string])) }
  return {
    matchExpressions: parts.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length === 0 ? {} : { values }),
    })),
  }
}
