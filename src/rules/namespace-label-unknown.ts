import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import type { Cluster, Namespace } from '../model/cluster.ts'
import { labelFact } from '../model/labels.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import { fixIn } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { RuleHit } from './finding.ts'
import { showRule } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { type LabelRepair, nearestLabel, repairEdits, type WrittenLabel, writtenLabels } from './selector-repair.ts'

/** Namespaces every cluster has, with no label but their name unless somebody adds one. */
const systemNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])

export default defineRule({
  id: 'namespace-label-unknown',
  title: 'A namespaceSelector asks for a label no namespace has',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      for (const peer of found.rule.peers === 'any' ? [] : found.rule.peers) {
        if (peer.namespaceSelector === undefined || !peer.valid) continue
        for (const written of writtenLabels(found.spec.resource, entryOf(peer.node, 'namespaceSelector')?.value)) {
          if (written.key !== NAME_LABEL) yield* judge(view, found, written)
        }
      }
    }
  },
})

function* judge(view: SideView, found: EnforcedRule, written: WrittenLabel): Generator<RuleHit> {
  const { cluster } = view
  if (mayBeWorn(cluster, written)) return
  if (written.key === 'name' && isNamespace(cluster, written.value)) {
    yield {
      ...hit(view, found, written, { written, key: NAME_LABEL, value: written.value }),
      ...certaintyOfName(cluster, written.value),
    }
    return
  }
  const proven = !cluster.open && [...cluster.namespaces.values()].every(({ source }) => source !== 'mentioned')
  const known = [...cluster.namespaces.values()].filter(({ source }) => source !== 'mentioned')
  const keyInUse = known.some(({ labels }) => labels.values.has(written.key))
  if (!proven && !keyInUse) return
  const candidates = known.map(({ labels }) => new Map([...labels.values].map(([key, { value }]) => [key, value])))
  const made = hit(view, found, written, nearestLabel(written, candidates))
  yield proven ? made : { ...made, severity: 'note', confidence: 'possible' }
}

const worn = new WeakMap<Cluster, Map<string, boolean>>()

/** Policies ask for few labels, again and again. */
function mayBeWorn(cluster: Cluster, written: WrittenLabel): boolean {
  const byLabel = worn.get(cluster) ?? new Map<string, boolean>()
  worn.set(cluster, byLabel)
  const label = `${written.key}=${written.value}`
  const found = byLabel.get(label) ?? isWorn(cluster, written)
  byLabel.set(label, found)
  return found
}

/** Whether a namespace has the label, or could: its labels are unknown and it is not the one that `name` speaks of. */
function isWorn({ namespaces }: Cluster, { key, value }: WrittenLabel): boolean {
  return [...namespaces.values()].some(({ labels, source }) => {
    if (source === 'mentioned') return false
    const fact = labelFact(labels, key)
    return fact === 'unknown' || (fact !== 'absent' && fact.value === value)
  })
}

const isNamespace = ({ namespaces }: Cluster, name: string): boolean =>
  namespaces.has(name) || systemNamespaces.has(name)

/** A declared namespace shows that it lacks `name`; of one that is not, somebody may have labelled it. */
function certaintyOfName({ namespaces }: Cluster, name: string): Pick<RuleHit, 'severity' | 'confidence'> {
  const namespace: Namespace | undefined = namespaces.get(name)
  if (namespace !== undefined && namespace.source !== 'mentioned') return { severity: 'error', confidence: 'certain' }
  return systemNamespaces.has(name)
    ? { severity: 'warning', confidence: 'likely' }
    : { severity: 'note', confidence: 'possible' }
}

function hit(
  view: SideView,
  { spec, rule }: EnforcedRule,
  written: WrittenLabel,
  repair: LabelRepair | undefined,
): RuleHit {
  const label = `${written.key}=${written.value}`
  const meant = repair === undefined ? '' : ` ${repair.key}=${repair.value} is there.`
  const count = view.cluster.namespaces.size
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${label}`,
    at: { side: view.side, span: written.span },
    confidence: 'certain',
    message: `${showRule(spec, rule)}: no namespace is known to carry ${label} (${count} ${count === 1 ? 'namespace is' : 'namespaces are'} known here), so this peer is nobody.${meant}`,
    remedy: `Select namespaces by name with ${NAME_LABEL}, which Kubernetes sets itself; or label the Namespace, or list it under external-namespaces in the configuration.`,
    ...(repair === undefined ? {} : fixIn(spec.resource, `Ask for ${repair.key}=${repair.value}`, repairEdits(repair))),
  }
}
