import type { SideView } from '../delta/side-view.ts'
import { spanOf } from '../manifests/node.ts'
import { showId, type Workload } from '../model/cluster.ts'
import { annotationsAt, textAt } from '../model/fields.ts'
import { isEverything, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import type { DnsService } from '../model/network-profile.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { PodSelector } from '../policies/entry.ts'
import { unlabelledPod, workloadsIn } from '../reach/peers.ts'
import { connectionsWith } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { Span } from '../source/span.ts'
import { classesIn, dnsClasses, showDns } from './dns-pods.ts'
import type { RuleHit } from './finding.ts'
import { policyLanguage } from './policy-language.ts'
import { policyOf } from './policy-of.ts'
import { showSelected, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { typesNode } from './rule-node.ts'
import { workloadsOfNamespace } from './selected-workloads.ts'
import { allowDns } from './suggested-policy.ts'

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
  const namespaces = new Set(view.policies.policies.map(({ id }) => id.namespace))
  for (const namespace of namespaces) {
    const pod = workloadsOfNamespace(view, namespace).length === 0 ? unlabelledPod(view.reach, namespace) : undefined
    if (pod !== undefined) yield pod
  }
}

interface Cut {
  readonly policy: Policy
  /** Whom the policy isolates, as it says so. */
  readonly subject: PodSelector
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
  const isolating = isolatingPolicies(view, found)
  const [first] = isolating
  const workloads = workloadsIn(view.reach, found).filter((workload) => asksDns(workload, dns))
  const concerned = found.kind === 'cell' || workloads.length > 0
  if (
    first === undefined ||
    !concerned ||
    isolating.some(({ policy: { resource } }) => isExempt(annotationsAt(resource.node, 'metadata', 'annotations')))
  )
    return undefined
  return { ...first, workloads, elsewhere: classesIn(view, dns.namespace).some(asks) }
}

const isExempt = (annotations: ReadonlyMap<string, string>): boolean =>
  (annotations.get(ANNOTATION) ?? 'false') !== 'false'

function asksDns(workload: Workload, dns: DnsService): boolean {
  const own = workload.id.namespace === dns.namespace && matchLabels(dns.labels, workload.labels) !== 'no'
  return !own && workload.dnsPolicy !== 'Default' && workload.dnsPolicy !== 'None' && !isExempt(workload.annotations)
}

interface Isolating {
  readonly policy: Policy
  readonly subject: PodSelector
}

/** Policies that certainly isolate the egress of a class, those for every pod first: the cause that others share. */
function isolatingPolicies(view: SideView, found: PeerClass): Isolating[] {
  const uses = view.reach.uses(found, 'egress').filter(({ entry, applies }) => entry.isolates && applies === 'yes')
  const isolating = uses.flatMap(({ entry }) => {
    const policy = policyOf(view, entry)
    return policy === undefined ? [] : [{ policy, subject: entry.subject }]
  })
  return [
    ...isolating.filter(({ subject }) => isEverything(subject.labels)),
    ...isolating.filter(({ subject }) => !isEverything(subject.labels)),
  ]
}

function hit(view: SideView, dns: DnsService, group: readonly Cut[]): RuleHit {
  const { policy, subject } = group[0] as Cut
  const workloads = group.flatMap((cut) => cut.workloads)
  const whom = workloads.length > 0 ? showWorkloads(workloads) : showSelected(subject)
  const elsewhere = group.some((cut) => cut.elsewhere)
  const sure = workloads.length > 0 && !elsewhere
  const ports = `UDP ${dns.ports.join(', ')}`
  return {
    object: policy.id,
    discriminator: 'dns',
    at: { side: view.side, span: egressSpan(view, policy) },
    confidence: view.cluster.open || elsewhere ? 'possible' : sure ? 'certain' : 'likely',
    ...(view.cluster.open || elsewhere ? { severity: 'note' as const } : sure ? {} : { severity: 'warning' as const }),
    message:
      `${showId(policy.id)} isolates egress, and no policy opens DNS (${showDns(dns)}, ${ports}) to ${whom}: names do not resolve there.` +
      (elsewhere
        ? ` Other pods of ${dns.namespace} are open on that port; if they are the resolvers, say so under dns in the configuration.`
        : ''),
    remedy: `Add a policy that allows DNS. Pods that need no names: annotation ${ANNOTATION}: "true", or dnsPolicy Default or None.`,
    witness: `${whom} → ${showDns(dns)} ${ports} is denied`,
    patch: { path: besides(policy), text: allowDns(policyLanguage(view), openingFor(policy, subject), dns) },
  }
}

/** The pods that the policy isolates, within its namespace where it has one. */
const openingFor = (
  { id }: Policy,
  { labels }: PodSelector,
): { readonly namespace: string | undefined; readonly pods: LabelExpression } => ({
  namespace: id.namespace === '' ? undefined : id.namespace,
  pods: labels,
})

/** The word that isolates: `Egress` under policyTypes, else what the entry that isolates was made from. */
function egressSpan(view: SideView, policy: Policy): Span {
  const spec = view.policies.networkPolicies.find(({ id }) => id === policy.id)
  const item = spec && typesNode(spec)?.items.find((type) => textAt(type) === 'Egress')
  if (item !== undefined) return spanOf(policy.resource.provenance.file, item)
  const isolating = policy.entries.find(({ isolates, direction }) => isolates && direction === 'egress')
  return spec?.rulesSpan.egress ?? isolating?.origin.span ?? policy.resource.name.span
}

function besides({ resource, id }: Policy): string {
  const { path } = resource.provenance.file
  return `${path.slice(0, path.lastIndexOf('/') + 1)}allow-dns${id.namespace === '' ? '' : `-${id.namespace}`}.yaml`
}
