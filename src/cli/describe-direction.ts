import { showId } from '../model/cluster.ts'
import type { Direction } from '../policies/entry.ts'
import type { Bound } from '../reach/evaluate.ts'
import type { ExplainedDirection, ExplainedEntry } from '../reach/explain.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { Span } from '../source/span.ts'
import { describeDoubt } from './describe-doubt.ts'
import { placeOf } from './place-of.ts'

/** One half of an explanation in words. */
export interface DescribedDirection {
  readonly direction: Direction
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'unknown'
  /** What has a part in the answer, in the order in which it is asked; where nothing else decides, the default does. */
  readonly steps: readonly DescribedStep[]
  /** Further rules that select this end, by what they have to say. */
  readonly others: {
    /** They say nothing of what was asked. */
    readonly silent: number
    /** They add nothing to the steps told: the same is allowed, or isolated, already. */
    readonly same: number
    /** They isolate this end, which takes nothing away since rules allow all that was asked. */
    readonly isolating: number
    /** They speak of the other end as well, but what they speak of is decided before them. */
    readonly late: number
  }
}

export interface DescribedStep {
  /** `NetworkPolicy shop/db, ingress rule 1`, `system default` */
  readonly entry: string
  /** `policies/db.yaml:12`; '' for what nobody wrote. */
  readonly place: string
  /** `allows TCP 5432` */
  readonly effect: string
  /** Whether it has a part in the answer, or only seems to. */
  readonly decides: boolean
  /** Why its part is unknown, and what would settle it. */
  readonly because: readonly string[]
}

/** More policies that isolate, or rules that speak without a part in the answer, are counted. */
const TOLD_ALIKE = 3

export function describeDirection(explained: ExplainedDirection, asked: ConnectionSet): DescribedDirection {
  const { direction, entries, passes } = explained
  const tiers = [...Map.groupBy(entries, ({ use }) => use.entry.tier).values()]
  const verdict = verdictOf(passes.must.intersect(asked), passes.may.intersect(asked), asked)
  const told = tiers.map((tier) => describeTier(tier, asked, verdict === 'allowed' ? 0 : TOLD_ALIKE))
  const count = (name: keyof DescribedDirection['others']): number =>
    told.reduce((total, { others }) => total + others[name], 0)
  return {
    direction,
    verdict,
    steps: [...told.flatMap(({ steps }) => steps), ...systemDefault(explained, asked)],
    others: { silent: count('silent'), same: count('same'), isolating: count('isolating'), late: count('late') },
  }
}

function verdictOf(must: ConnectionSet, may: ConnectionSet, asked: ConnectionSet): DescribedDirection['verdict'] {
  if (asked.isSubsetOf(must)) return 'allowed'
  if (may.isEmpty) return 'denied'
  return must.equals(may) ? 'partly' : 'unknown'
}

type DescribedTier = Pick<DescribedDirection, 'steps' | 'others'>

/** Rules in their order, then the isolation that takes what they leave, if they leave anything. */
function describeTier(tier: readonly ExplainedEntry[], asked: ConnectionSet, isolations: number): DescribedTier {
  const isolating = tier.filter(({ use }) => use.entry.isolates)
  const rules = tier.filter(({ use, says }) => !use.entry.isolates || !says.may.isEmpty)
  const silent = rules.filter(({ says }) => says.may.isEmpty)
  const deciding = rules.filter((found) => decides(found, asked))
  const news = withoutRepeats(deciding, asked)
  const idle = rules.filter((found) => !deciding.includes(found) && !silent.includes(found))
  const late = idle.filter(({ says }) => !says.may.intersect(asked).isEmpty)
  const elsewhere = idle.filter((found) => !late.includes(found))
  const shown = new Set([...news, ...elsewhere.slice(0, TOLD_ALIKE)])
  return {
    steps: [
      ...rules.filter((found) => shown.has(found)).map((found) => describeRule(found, asked)),
      ...isolating.slice(0, isolations).map(describeIsolation),
    ],
    others: {
      silent:
        rulesOf(silent).difference(rulesOf([...deciding, ...idle])).size + Math.max(0, elsewhere.length - TOLD_ALIKE),
      same: deciding.length - news.length + (isolations === 0 ? 0 : Math.max(0, isolating.length - isolations)),
      isolating: isolations === 0 ? isolating.length : 0,
      late: late.length,
    },
  }
}

/** A rule with a part that cannot be read is two entries. */
const rulesOf = (entries: readonly ExplainedEntry[]): Set<Span> =>
  new Set(entries.map(({ use }) => use.entry.origin.span))

const decides = ({ decided }: ExplainedEntry, asked: ConnectionSet): boolean =>
  !decided.may.intersect(asked).isEmpty || !decided.must.intersect(asked).isEmpty || decided.may.hasNames

/** Rules that decide something, or are unknown for a reason, that no rule with the same verdict before them has told. */
function withoutRepeats(deciding: readonly ExplainedEntry[], asked: ConnectionSet): ExplainedEntry[] {
  const told = new Map<string, ConnectionSet>()
  const reasons = new Set<string>()
  const isNew = ({ use, decided }: ExplainedEntry, bound: Bound): boolean => {
    const key = `${bound} ${use.entry.verdict}`
    const known = told.get(key) ?? ConnectionSet.none
    const own = decided[bound].hasNames ? decided[bound] : decided[bound].intersect(asked)
    told.set(key, known.union(own))
    return !own.isSubsetOf(known)
  }
  return deciding.filter((found) => {
    const because = describeRule(found, asked).because.filter((reason) => !reasons.has(reason))
    for (const reason of because) reasons.add(reason)
    return [isNew(found, 'must'), isNew(found, 'may')].includes(true) || because.length > 0
  })
}

function describeIsolation({ use, doubts }: ExplainedEntry): DescribedStep {
  const { policy, span } = use.entry.origin
  const verb = use.applies === 'yes' ? 'isolates' : 'may isolate'
  return {
    entry: showId(policy),
    place: placeOf(span),
    effect: `${verb} it for ${use.entry.direction}, which denies what no rule allows`,
    decides: true,
    because: doubts.map(describeDoubt),
  }
}

function describeRule(found: ExplainedEntry, asked: ConnectionSet): DescribedStep {
  const { policy, rule, span } = found.use.entry.origin
  const { must, may } = found.decided
  const open = decides(found, asked) && (!must.equals(may) || may.hasNames)
  return {
    entry: `${showId(policy)}, ${rule}`,
    place: placeOf(span),
    effect: effectOf(found, asked),
    decides: decides(found, asked),
    because: open ? found.doubts.map(describeDoubt) : [],
  }
}

function effectOf({ use, says, decided }: ExplainedEntry, asked: ConnectionSet): string {
  const { does, may, rest } = verbs[use.entry.verdict]
  const certain = decided.must.intersect(asked)
  const possible = decided.may.intersect(asked)
  if (!certain.isEmpty) return `${does} ${certain.show()}${rest}`
  if (!possible.isEmpty || decided.may.hasNames)
    return `${may} ${(possible.isEmpty ? decided.may : possible).show()}${rest}`
  return `speaks of ${says.may.show()} only`
}

const verbs = {
  allow: { does: 'allows', may: 'may allow', rest: '' },
  deny: { does: 'denies', may: 'may deny', rest: '' },
  pass: { does: 'leaves', may: 'may leave', rest: ' to later policies' },
} as const

/** What passes because nothing stands against it. */
function systemDefault(explained: ExplainedDirection, asked: ConnectionSet): DescribedStep[] {
  const must = explained.byDefault.must.intersect(asked)
  const may = explained.byDefault.may.intersect(asked)
  if (may.isEmpty) return []
  const passes = must.isEmpty ? `${may.show()} may pass` : `${must.show()} passes`
  const effect = `${reasonForDefault(explained)}, so ${must.isAll ? 'everything passes' : passes}`
  return [{ entry: 'system default', place: '', effect, decides: true, because: [] }]
}

function reasonForDefault({ policed, local, subject, entries, direction }: ExplainedDirection): string {
  if (local) return 'no policy applies between a pod and itself, or its own machine and it'
  if (!policed && subject.kind === 'addresses') return 'no policy applies to addresses outside the cluster'
  if (!policed && subject.kind === 'nodes') return 'no policy applies to machines'
  if (!policed && subject.kind === 'entity') return 'no policy applies to it'
  if (!policed) return 'no policy applies to pods on the host network'
  if (entries.length === 0) return `no policy selects it for ${direction}`
  return `nothing isolates it for ${direction} and no rule decides the rest`
}
