import { showId } from '../model/cluster.ts'
import type { Direction } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import type { ExplainedDirection, ExplainedEntry } from '../reach/explain.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { regionOf, type Span } from '../source/span.ts'

/** One half of an explanation in words. */
export interface DescribedDirection {
  readonly direction: Direction
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'unknown'
  /** Why no policy matters, where none does; '' otherwise. */
  readonly unpoliced: string
  /** Policies that make the end default-deny. */
  readonly isolatedBy: readonly DescribedEntry[]
  /** Rules that apply to the end, in the order in which they are asked. */
  readonly rules: readonly DescribedEntry[]
}

export interface DescribedEntry {
  /** `NetworkPolicy shop/db, ingress rule 1` */
  readonly entry: string
  /** `policies/db.yaml:12`; '' for what nobody wrote. */
  readonly place: string
  /** `allows TCP 5432`, `does not speak of the other end` */
  readonly effect: string
  /** Whether it has a part in the answer. */
  readonly decides: boolean
}

export function describeDirection(explained: ExplainedDirection, asked: ConnectionSet): DescribedDirection {
  const { direction, entries, passes } = explained
  const isolating = entries.filter(({ use }) => use.entry.isolates)
  const rules = entries.filter(({ use, says }) => !use.entry.isolates || !says.may.isEmpty)
  return {
    direction,
    verdict: verdictOf(passes.must.intersect(asked), passes.may.intersect(asked), asked),
    unpoliced: unpoliced(explained),
    isolatedBy: isolating.map(describeIsolation),
    rules: rules.map((found) => describeEntry(found, effectOf(found, asked), decides(found, asked))),
  }
}

function verdictOf(must: ConnectionSet, may: ConnectionSet, asked: ConnectionSet): DescribedDirection['verdict'] {
  if (asked.isSubsetOf(must)) return 'allowed'
  if (may.isEmpty) return 'denied'
  return must.equals(may) ? 'partly' : 'unknown'
}

function unpoliced({ policed, subject, entries, direction }: ExplainedDirection): string {
  if (subject.kind === 'addresses') return 'no policy applies to addresses outside the cluster'
  if (!policed) return 'no policy applies to pods on the host network'
  return entries.length === 0 ? `no policy selects it for ${direction}, so everything may pass` : ''
}

/** The isolation that a policy brings is the policy's own; no rule of it says so. */
function describeIsolation({ use }: ExplainedEntry): DescribedEntry {
  const { policy, span } = use.entry.origin
  const effect = `isolates it for ${use.entry.direction}${doubt(use)}`
  return { entry: showId(policy), place: placeOf(span), effect, decides: true }
}

function describeEntry({ use }: ExplainedEntry, effect: string, decides: boolean): DescribedEntry {
  const { policy, rule, span } = use.entry.origin
  return { entry: `${showId(policy)}, ${rule}`, place: placeOf(span), effect: `${effect}${doubt(use)}`, decides }
}

const doubt = ({ applies }: EntryUse): string =>
  applies === 'unknown' ? ' (it is unknown whether it applies here)' : ''

function effectOf({ use, says, decided }: ExplainedEntry, asked: ConnectionSet): string {
  const verb = verbs[use.entry.verdict]
  const certain = decided.must.intersect(asked)
  const possible = decided.may.intersect(asked)
  if (!certain.isEmpty) return `${verb.does} ${certain.show()}`
  if (!possible.isEmpty || decided.may.hasNames)
    return `${verb.may} ${(possible.isEmpty ? decided.may : possible).show()}`
  if (says.may.isEmpty) return 'does not speak of the other end'
  return `${verb.does} the other end ${says.may.show()} only`
}

const verbs = {
  allow: { does: 'allows', may: 'may allow' },
  deny: { does: 'denies', may: 'may deny' },
  pass: { does: 'passes on', may: 'may pass on' },
} as const

const decides = ({ decided }: ExplainedEntry, asked: ConnectionSet): boolean =>
  !decided.may.intersect(asked).isEmpty || !decided.must.intersect(asked).isEmpty || decided.may.hasNames

function placeOf(span: Span): string {
  const { path, start } = regionOf(span)
  return path === '' ? '' : `${path}:${start.line}`
}
