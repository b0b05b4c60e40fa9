import { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'
import { type Bound, type EntryUse, evaluateRow, type Space } from './evaluate.ts'
import { type Block, connectionsWith } from './row.ts'

/** What the entries of one end decide about one peer under one bound. */
export interface Replay {
  /** By use; one that decided nothing is missing. */
  readonly decided: ReadonlyMap<EntryUse, ConnectionSet>
  readonly allowed: ConnectionSet
}

/**
 * The walk of `evaluateRow` for a single peer, with a record of what each entry took. Where it is uncertain whether an
 * entry passes something on, what it decides in either case is recorded.
 */
export function replay(
  uses: readonly EntryUse[],
  peer: number,
  bound: Bound,
  spared: Pick<Space, 'exempt' | 'free'> = noneSpared,
): Replay {
  const alone = MemberSet.of([peer])
  const narrowed = uses.map((use) => ({ ...use, must: onlyWith(use.must, alone), may: onlyWith(use.may, alone) }))
  const originals = new Map(uses.map((use, index) => [(narrowed[index] as EntryUse).entry, use]))
  const decided = new Map<EntryUse, ConnectionSet>()
  const row = evaluateRow(
    narrowed,
    { ...spared, everyone: alone, free: spared.free.intersect(alone) },
    bound,
    ({ entry }, taken) => {
      const use = originals.get(entry) as EntryUse
      const found = ConnectionSet.union([
        decided.get(use) ?? ConnectionSet.none,
        ...taken.map((block) => block.connections),
      ])
      if (!found.isEmpty) decided.set(use, found)
    },
  )
  return { decided, allowed: connectionsWith(row, peer) }
}

const noneSpared = { exempt: MemberSet.none, free: MemberSet.none }

const onlyWith = (blocks: readonly Block[], alone: MemberSet): Block[] =>
  blocks.filter(({ peers }) => peers.overlaps(alone)).map(({ connections }) => ({ peers: alone, connections }))
