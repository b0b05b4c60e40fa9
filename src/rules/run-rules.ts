import type { Config, RuleSetting } from '../config/config.ts'
import type { Delta } from '../delta/delta.ts'
import { diffResources } from '../delta/node-diff.ts'
import type { SideView } from '../delta/side-view.ts'
import type { ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { Finding, RuleHit, Status } from './finding.ts'
import { fingerprint } from './fingerprint.ts'
import type { DeltaContext, Rule, SideContext } from './rule.ts'

/** One cluster as rules see it: a side it does not exist on is undefined, and then there is no delta. */
export interface ClusterAnalysis {
  readonly name: string
  readonly base: SideView | undefined
  readonly head: SideView | undefined
  readonly delta: Delta | undefined
}

/** Runs every rule that the configuration switches on over one cluster. */
export function runRules(analysis: ClusterAnalysis, rules: readonly Rule[], config: Config): Finding[] {
  const isAsked: IsAsked = config.gate.scope === 'all' ? () => true : touchedBy(analysis)
  return rules.flatMap((rule) => {
    const setting = config.rules.get(rule.id)
    return setting === undefined ? [] : runRule(rule, setting, analysis, isAsked)
  })
}

type IsAsked = SideContext<never>['isAsked']

function runRule(rule: Rule, setting: RuleSetting, analysis: ClusterAnalysis, isAsked: IsAsked): Finding[] {
  const options = rule.options.parse(setting.options) as never
  const { base, head, delta } = analysis
  const finding = (hit: RuleHit, status: Status): Finding => toFinding(hit, status, rule, setting, analysis.name)
  if (rule.scope === 'delta') {
    if (base === undefined || head === undefined || delta === undefined) return []
    const context: DeltaContext<never> = { base, head, delta, options }
    return [...byFingerprint(rule, rule.check(context)).values()].map((hit) => finding(hit, 'new'))
  }
  const hitsOf = (view: SideView | undefined, other: SideView | undefined): Map<string, RuleHit> => {
    if (view === undefined) return new Map()
    const context: SideContext<never> = { view, other, options, isAsked }
    return byFingerprint(rule, rule.check(context))
  }
  const before = hitsOf(base, head)
  const after = base === head ? before : hitsOf(head, base)
  const isNews = (hit: RuleHit): boolean => rule.onlyTouched !== true || isTouched(hit.object, analysis)
  return [
    ...[...after].map(([key, hit]) => finding(hit, isNews(hit) ? statusOf(before.get(key), hit) : 'existing')),
    ...(head === undefined
      ? []
      : gone(before, after, delta)
          .filter(isNews)
          .map((hit) => finding(hit, 'fixed'))),
  ]
}

/** The entries of a policy name it by one value, and rules ask entry by entry. */
function touchedBy(analysis: ClusterAnalysis): IsAsked {
  const known = new Map<ResourceId, boolean>()
  return (policy) => {
    const found = known.get(policy) ?? isTouched(policy, analysis)
    known.set(policy, found)
    return found
  }
}

/** Whether a policy differs between the sides. */
function isTouched(policy: ResourceId, { base, head }: ClusterAnalysis): boolean {
  const key = idKey(policy)
  const before = base?.policies.manifests.get(key)
  const after = head?.policies.manifests.get(key)
  return before === undefined || after === undefined || diffResources(before, after).length > 0
}

/** What base had and head has not. An object that opens more than before has fixed nothing by saying it in other words. */
function gone(
  before: ReadonlyMap<string, RuleHit>,
  after: ReadonlyMap<string, RuleHit>,
  delta: Delta | undefined,
): RuleHit[] {
  const opening = delta?.changes.filter(({ certainty, gained }) => certainty === 'certain' && !gained.isEmpty) ?? []
  const opened = new Set(opening.flatMap(({ causes }) => causes.map(({ object }) => idKey(object))))
  return [...before].filter(([key, hit]) => !after.has(key) && !opened.has(idKey(hit.object))).map(([, hit]) => hit)
}

/** Two hits with one fingerprint are one finding; the first in order of place stays. */
function byFingerprint(rule: Rule, hits: Iterable<RuleHit>): Map<string, RuleHit> {
  const found = new Map<string, RuleHit>()
  for (const hit of hits) {
    const key = fingerprint(rule.id, hit.object, hit.discriminator)
    if (!found.has(key)) found.set(key, hit)
  }
  return found
}

function statusOf(before: RuleHit | undefined, after: RuleHit): Status {
  if (before === undefined) return 'new'
  const grown = after.measure?.difference(before.measure ?? new Set()) ?? new Set()
  return grown.size > 0 ? 'worse' : 'existing'
}

/** A severity the repository wrote holds for every finding; that of a preset gives way to the rule's own judgement. */
function toFinding(hit: RuleHit, status: Status, rule: Rule, setting: RuleSetting, cluster: string): Finding {
  const { severity, measure: _, ...rest } = hit
  return {
    ...rest,
    rule: rule.id,
    title: rule.title,
    severity: setting.chosenBy === 'repository' ? setting.severity : (severity ?? setting.severity),
    status,
    fingerprint: fingerprint(rule.id, hit.object, hit.discriminator),
    clusters: [cluster],
  }
}
