import type { Direction as PolicyDirection, PolicyEntry } from '../policies/entry.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { PeerClass } from '../reach/universe.ts'
import { assertNever } from '../source/assert-never.ts'
import type { Cause } from './cause.ts'
import type { ChangeKind, ConnectionChange, DeltaSentence } from './delta.ts'
import { causeKey } from './find-causes.ts'
import { list, namePeers, sayWay } from './name-peers.ts'

/**
 * Changes in the sentences of a person. Changes with the same causes and one end in common are told together: by what
 * was gained or lost where that is the same for all, else by how they end (or began), the odd ones as exceptions;
 * whichever takes fewer sentences.
 */
export function tellChanges(
  changes: readonly ConnectionChange[],
  head: Reachability,
  entriesOf: (causes: readonly Cause[]) => readonly PolicyEntry[],
): DeltaSentence[] {
  const stories = [...Map.groupBy(changes, storyKey).values()]
  return stories.flatMap((all) => {
    const story = withoutUnseenTwins(all, head)
    const entries = entriesOf(story[0]?.causes ?? [])
    const byAmount = groupsOf(story, ({ gained, lost }) => `${gained.key} ${lost.key}`)
    const byState = groupsOf(story, stateKey)
    const isolation = beginsIsolation(story)
    if (isolation !== undefined && Math.min(byAmount.length, byState.length) > 2)
      return [tell(story, head, entries, sayIsolation(isolation, head, entries))]
    return byAmount.length < byState.length
      ? byAmount.map((group) => tell(group, head, entries, sayAmount))
      : byState.map((group) => tell(group, head, entries, sayState))
  })
}

/** The direction in which pods begin to be default-deny, when that and nothing else closes what stood open. */
function beginsIsolation(story: readonly ConnectionChange[]): PolicyDirection | undefined {
  const directions = new Set(story.flatMap(({ causes }) => causes.map(({ isolates }) => isolates)))
  const wasOpen = story.every(({ certainty, base }) => certainty === 'certain' && base.may.isAll)
  return directions.size === 1 && wasOpen ? [...directions][0] : undefined
}

/** `any pod in shop is now isolated for ingress: TCP 8080 from shop/web is left of what changed`. */
function sayIsolation(direction: PolicyDirection, head: Reachability, entries: readonly PolicyEntry[]): Say {
  return (story, sources, destinations) => {
    const [subjects, peers, word] =
      direction === 'ingress' ? [destinations, 'sources' as const, 'from'] : [sources, 'destinations' as const, 'to']
    const open = story.filter((change) => !change.head.may.isEmpty)
    const left = [...Map.groupBy(open, (change) => change.head.may.key).values()].map(
      (group) =>
        `${(group[0] as ConnectionChange).head.may.show()} ${word} ${namePeers(unionOf(group, peers), head, entries)}`,
    )
    const rest = left.length > 3 ? [...left.slice(0, 3), `${left.length - 3} more`] : left
    return `${subjects}: isolated for ${direction} from now on, where everything was open; left: ${rest.join('; ') || 'nothing'}`
  }
}

/**
 * A port by name has no number on pods nobody has seen. Where a workload that looks like them is told of, with its
 * number, they are left out of the telling.
 */
function withoutUnseenTwins(story: readonly ConnectionChange[], head: Reachability): readonly ConnectionChange[] {
  const classAt = (index: number): PeerClass | undefined => head.universe.classes[index]
  const seen = new Set(
    story.flatMap(({ destinations }) =>
      [...destinations.members].flatMap((index) => {
        const found = classAt(index)
        return found?.kind === 'workloads' ? (found.cells.head ?? []) : []
      }),
    ),
  )
  const isTwin = ({ destinations, gained, lost }: ConnectionChange): boolean =>
    (gained.hasNames || lost.hasNames) && [...destinations.members].every((index) => seen.has(index))
  return story.filter((change) => !isTwin(change))
}

type Direction = 'opened' | 'closed' | 'replaced'

const directionOf = ({ kind }: ConnectionChange): Direction =>
  kind === 'replaced' ? 'replaced' : isOpening(kind) ? 'opened' : 'closed'

function storyKey(change: ConnectionChange): string {
  return [directionOf(change), change.certainty, ...change.causes.map(causeKey)].join('\n')
}

/** Widened connections that end alike and narrowed ones that began alike belong together. */
function stateKey(change: ConnectionChange): string {
  const { base, head, gained, lost } = change
  const direction = directionOf(change)
  return direction === 'opened' ? head.may.key : direction === 'closed' ? base.may.key : `${gained.key} ${lost.key}`
}

const groupsOf = (
  story: readonly ConnectionChange[],
  keyOf: (change: ConnectionChange) => string,
): ConnectionChange[][] => [...Map.groupBy(story, keyOf).values()].flatMap(splitByEnd)

function splitByEnd(story: readonly ConnectionChange[]): ConnectionChange[][] {
  const byDestination = [...Map.groupBy(story, ({ destinations }) => destinations.members.key).values()]
  const bySource = [...Map.groupBy(story, ({ sources }) => sources.members.key).values()]
  return byDestination.length <= bySource.length ? byDestination : bySource
}

type Say = (group: readonly ConnectionChange[], sources: string, destinations: string) => string

function tell(
  group: readonly ConnectionChange[],
  head: Reachability,
  entries: readonly PolicyEntry[],
  sayAll: Say,
): DeltaSentence {
  const bySize = [...group].sort((a, b) => sizeOf(b) - sizeOf(a) || rank(a) - rank(b))
  const main = bySize[0] as ConnectionChange
  const others = bySize.slice(1)
  const sources = others.length === 0 ? main.sources.name : namePeers(unionOf(group, 'sources'), head, entries)
  const destinations =
    others.length === 0 ? main.destinations.name : namePeers(unionOf(group, 'destinations'), head, entries)
  const text = sayAll(bySize, sources, destinations)
  return {
    kind: main.kind,
    certainty: main.certainty,
    text,
    sources,
    destinations,
    main,
    changes: group,
    causes: main.causes,
  }
}

/** Of equally large changes the plainest tells the story: all or nothing before the rest. */
const rank = ({ kind }: ConnectionChange): number => (kind === 'added' || kind === 'removed' ? 0 : 1)

const sizeOf = ({ sources, destinations }: ConnectionChange): number => sources.members.size * destinations.members.size

/** The largest change, and what differs elsewhere. */
function sayState([main, ...others]: readonly ConnectionChange[], sources: string, destinations: string): string {
  const first = main as ConnectionChange
  const exceptions = others.map((other) => {
    const end = other.sources.name === first.sources.name ? other.destinations.name : other.sources.name
    return `${end}: ${exception(other)}`
  })
  return `${say(first, sources, destinations)}${exceptions.length === 0 ? '' : `; ${list(exceptions, 2)}`}`
}

/** The same was gained or lost everywhere, whatever was there before. */
function sayAmount([main]: readonly ConnectionChange[], sources: string, destinations: string): string {
  const first = main as ConnectionChange
  const { certainty, gained, lost } = first
  if (!gained.isEmpty) return sayGained(first, sources, destinations)
  const unsure = certainty === 'possible'
  return `${sources} ${unsure ? 'may no longer be able to reach' : 'can no longer reach'} ${sayWay(destinations, lost)}`
}

function sayGained({ certainty, gained }: ConnectionChange, sources: string, destinations: string): string {
  const verb = certainty === 'possible' ? 'may now be able to reach' : 'can now reach'
  return `${sources} ${verb} ${sayWay(destinations, gained)}`
}

const unionOf = (group: readonly ConnectionChange[], end: 'sources' | 'destinations') =>
  group.map((change) => change[end].members).reduce((all, members) => all.union(members))

/** How an exception ends, or began. */
function exception({ kind, base, head }: ConnectionChange): string {
  return isOpening(kind) ? `it was ${base.may.show()}` : `${head.may.show()} is left`
}

const isOpening = (kind: ChangeKind): boolean => kind === 'added' || kind === 'widened'

function say(change: ConnectionChange, sources: string, destinations: string): string {
  const { kind, certainty, base, head, gained, lost } = change
  const unsure = certainty === 'possible'
  if (unsure && !gained.isEmpty && gained.isSubsetOf(base.may))
    return `${sources} can now reach ${destinations} on ${gained.show()} for certain, which was unknown before`
  if (unsure && !lost.isEmpty && lost.isSubsetOf(head.may))
    return `whether ${sources} can still reach ${destinations} on ${lost.show()} is unknown`
  switch (kind) {
    case 'added':
      return sayGained(change, sources, destinations)
    case 'widened':
      return `access from ${sources} to ${destinations} ${unsure ? 'may have grown' : 'grew'} from ${base.may.show()} to ${head.may.show()}`
    case 'removed':
      return `${sources} ${unsure ? 'may no longer be able to reach' : 'can no longer reach'} ${destinations} (it was ${lost.show()})`
    case 'narrowed':
      return `access from ${sources} to ${destinations} ${unsure ? 'may have shrunk' : 'shrank'} from ${base.may.show()} to ${head.may.show()}`
    case 'replaced':
      return `${sources} ${unsure ? 'may now reach' : 'now reach'} ${destinations} on ${gained.show()} instead of ${lost.show()}`
    default:
      return assertNever(kind)
  }
}
