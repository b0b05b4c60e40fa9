import type { SideView } from '../delta/side-view.ts'
import { idKey } from '../model/cluster.ts'
import { calicoGroups } from '../policies/calico/fields.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { type Block, subtractBlocks } from '../reach/row.ts'
import { distinctRows } from './distinct-rows.ts'

/** A rule that is never asked, and the first rule of its policy that takes something of what it speaks of. */
export interface UnreachableRule {
  readonly entry: PolicyEntry
  readonly coveredBy: PolicyEntry
}

const known = new WeakMap<SideView, ReadonlyMap<string, UnreachableRule>>()

/**
 * Rules behind others of their policy that certainly decide all that they speak of, for whomever it selects.
 */
export function unreachableRules(view: SideView): ReadonlyMap<string, UnreachableRule> {
  const found = known.get(view) ?? findUnreachable(view)
  known.set(view, found)
  return found
}

/** One text for each rule of a policy. */
export const ruleKey = ({ origin, direction }: PolicyEntry): string =>
  `${idKey(origin.policy)} ${direction} ${origin.index}`

const isCalico = ({ origin }: PolicyEntry): boolean =>
  calicoGroups.some((group) => group === origin.policy.group) && origin.index >= 0

function findUnreachable({ reach }: SideView): Map<string, UnreachableRule> {
  const covered = new Map<string, UnreachableRule>()
  const reached = new Set<string>()
  if (!reach.input.entries.some(isCalico)) return covered
  for (const { subject, direction } of distinctRows(reach)) {
    const chains = Map.groupBy(
      reach.uses(subject, direction).filter(({ entry }) => isCalico(entry)),
      ({ entry }) => entry.origin.policy,
    )
    for (const chain of chains.values()) judge(chain, covered, reached)
  }
  for (const key of reached) covered.delete(key)
  return covered
}

/** Walks the rules of one policy with what those before have decided for certain. */
function judge(chain: readonly EntryUse[], covered: Map<string, UnreachableRule>, reached: Set<string>): void {
  const before: EntryUse[] = []
  for (const use of chain) {
    const key = ruleKey(use.entry)
    const decided = before.filter(({ entry }) => ruleKey(entry) !== key)
    const said = use.may.filter(isSomething)
    const left = subtractBlocks(
      said,
      decided.flatMap(({ must }) => must),
    )
    if (left.some(isSomething)) reached.add(key)
    else if (said.length > 0) note(use, decided, covered)
    if (use.applies === 'yes') before.push(use)
  }
}

const isSomething = ({ peers, connections }: Block): boolean => !peers.isEmpty && !connections.isEmpty

function note(use: EntryUse, before: readonly EntryUse[], covered: Map<string, UnreachableRule>): void {
  const [first] = before.filter(({ must }) => subtractBlocks(use.may, must).length === 0)
  const coveredBy = first ?? before[0]
  const key = ruleKey(use.entry)
  if (coveredBy !== undefined && !covered.has(key)) covered.set(key, { entry: use.entry, coveredBy: coveredBy.entry })
}
