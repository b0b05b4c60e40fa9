import type { Redundancy } from '../delta/find-redundancies.ts'
import { peersKeyOf } from '../delta/policy-pairs.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import { annotationsAt } from '../model/fields.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import { type Span, textOf } from '../source/span.ts'
import type { RuleHit } from './finding.ts'

/** On a policy that says something twice on purpose. */
const ANNOTATION = 'portcullis/redundancy-intended'

export const keepIt = `If it is meant all the same, say so in a comment ("intended") or with the annotation ${ANNOTATION}: "true".`

/** Whether somebody wrote that the policy, or these lines of it, are there on purpose. */
export function isIntended(view: SideView, { entries: [entry] }: Redundancy, lines: Span): boolean {
  const resource = view.policies.manifests.get(idKey(entry.origin.policy))
  const annotation = resource && annotationsAt(resource.node, 'metadata', 'annotations').get(ANNOTATION)
  return annotation === 'true' || hasIntent(lines)
}

/** Comments within some lines, and those that stand right above them. */
function hasIntent(lines: Span): boolean {
  const above = lines.file.text.slice(0, lines.start).split('\n').slice(0, -1)
  const first = above.findLastIndex((line) => !/^\s*#/.test(line)) + 1
  const rest = lines.file.text.slice(lines.end).split('\n', 1)
  return [...above.slice(first), ...textOf(lines).split('\n').slice(0, -1), lastLine(lines) + rest].some((line) =>
    /#.*\b(?:intended|intentional(?:ly)?|on purpose|deliberate(?:ly)?|explicit(?:ly)?)\b/i.test(line),
  )
}

const lastLine = (lines: Span): string => textOf(lines).split('\n').at(-1) ?? ''

/** `NetworkPolicy shop/closed says the same`; undefined where nothing has to be said. */
export function sayCovers({ entries, coveredBy }: Redundancy): string | undefined {
  const own = idKey(entries[0].origin.policy)
  const named = coveredBy.map(({ origin }) =>
    idKey(origin.policy) === own ? `${origin.rule} of the same policy` : showId(origin.policy),
  )
  const covers = [...new Set(named)]
  if (covers.length === 0) return undefined
  const says = coveredBy.every(({ verdict }) => entries.some((entry) => entry.verdict === verdict))
  const verb = says ? ['says the same', 'together say the same'] : ['decides before it does', 'decide before it does']
  return `${covers.join(' and ')} ${verb[covers.length === 1 ? 0 : 1]}`
}

/** Most places shown that say the same. */
const shownCovers = 4

export function relatedCovers(view: SideView, { coveredBy }: Redundancy): Pick<RuleHit, 'related'> {
  return {
    related: coveredBy.slice(0, shownCovers).map(({ origin }) => ({
      at: { side: view.side, span: origin.span },
      message: `${showId(origin.policy)}, ${origin.rule}`,
    })),
  }
}

/** Canonical text of what entries say, so that findings of two rules are told apart whatever their order. */
export const textOfEntries = (entries: readonly PolicyEntry[]): string =>
  entries.map((entry) => `${entry.direction} ${entry.verdict} ${entry.connections.key} ${peersKeyOf(entry)}`).join('\n')
