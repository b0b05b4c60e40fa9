import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import { hostNetworkPods } from '../model/host-network-pods.ts'
import { isEverything, type LabelExpression, matchLabels, showExpression } from '../model/label-expression.ts'
import { matchSet, type NetworkSet, networkSets } from '../policies/calico/network-sets.ts'
import type { CalicoEntity } from '../policies/calico/spec.ts'
import type { PolicySurroundings } from '../policies/policy-kind.ts'
import { calicoRules, type WrittenRule } from './calico-rules.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'calico-global-set-unseen',
  title: 'A namespaced Calico policy looks for a GlobalNetworkSet in its own namespace',
  severity: 'error',
  fix: 'none',
  tags: ['correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const surroundings = surroundingsOf(view)
    const sets = networkSets(surroundings)
    if (!sets.some(({ namespace }) => namespace === undefined)) return
    for (const found of calicoRules(view)) {
      const entity = found.rule.direction === 'ingress' ? found.rule.source : found.rule.destination
      if (entity?.selector === undefined || !looksAtHome(found, entity)) continue
      if (meansGlobalSet(entity.selector, found, sets, view)) yield hit(view, found, entity, entity.selector)
    }
  },
})

const surroundingsOf = ({ cluster }: SideView): PolicySurroundings => ({
  profile: cluster.profile,
  isWhole: !cluster.open,
  objects: (kind) => cluster.resources.get(kind) ?? [],
  services: () => cluster.services,
  hostNetworkPods: () => hostNetworkPods(cluster),
})

const looksAtHome = ({ spec }: WrittenRule, { namespaceSelector, isGlobal }: CalicoEntity): boolean =>
  spec.namespace !== undefined && namespaceSelector === undefined && !isGlobal

/** Whether the selector finds a set of the cluster, and neither a workload nor a set of the namespace. */
function meansGlobalSet(
  selector: LabelExpression,
  { spec }: WrittenRule,
  sets: readonly NetworkSet[],
  view: SideView,
): boolean {
  const surroundings = surroundingsOf(view)
  const found = (set: NetworkSet): boolean => matchSet(selector, set, surroundings) !== 'no'
  if (isEverything(selector) || sets.some((set) => set.namespace === spec.namespace && found(set))) return false
  const atHome = view.cluster.workloads.filter(({ id }) => id.namespace === spec.namespace)
  if (atHome.some(({ labels }) => matchLabels(selector, labels) !== 'no')) return false
  return sets.some((set) => set.namespace === undefined && matchSet(selector, set, surroundings) === 'yes')
}

function hit(view: SideView, { spec, rule }: WrittenRule, entity: CalicoEntity, selector: LabelExpression): RuleHit {
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${showExpression(selector)}`,
    at: { side: view.side, span: entity.span },
    message: `${showId(spec.id)}, ${rule.direction} rule ${rule.index + 1} looks for ${showExpression(selector)} in namespace ${spec.namespace}, where nothing has such labels; the GlobalNetworkSet that has them lives in no namespace.`,
    remedy: 'Add namespaceSelector: global() beside the selector.',
    confidence: view.cluster.open ? 'likely' : 'certain',
  }
}
