import { wellKnownAddresses } from '../model/address-ranges.ts'
import { type PolicyEntry, peersIn } from '../policies/entry.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { Intervals } from '../sets/intervals.ts'
import { normalize, pairsOf } from '../sets/intervals.ts'
import type { SideInput } from './universe.ts'

/** The partition of all addresses that the CIDRs of both sides and the well-known ranges induce, in order of address. */
export function addressClasses(base: SideInput, head: SideInput): AddressSet[] {
  const sets = new Map<string, AddressSet>()
  const add = (set: AddressSet): void => void sets.set(set.key, set)
  for (const { cluster, entries } of [base, head]) {
    for (const set of wellKnownAddresses(cluster.profile)) add(set)
    for (const { addresses } of cluster.nodes) if (!addresses.isEmpty) add(addresses)
    for (const { addresses } of cluster.hostEndpoints) if (addresses !== undefined) add(addresses)
    for (const set of addressPeers(entries)) add(set)
  }
  const all = [...sets.values()]
  const v4 = atoms<number>(
    all.map((set) => set.v4),
    0,
    0xffff_ffff,
  )
  const v6 = atoms<bigint>(
    all.map((set) => set.v6),
    0n,
    (1n << 128n) - 1n,
  )
  return [...v4.map((range) => new AddressSet(range, [])), ...v6.map((range) => new AddressSet([], range))]
}

function* addressPeers(entries: readonly PolicyEntry[]): Generator<AddressSet> {
  for (const { peers } of entries)
    for (const peer of peersIn(peers)) if (peer.kind === 'addresses') yield peer.addresses
}

/** Cuts the line from `first` to `last` so that no set splits a part; parts with the same sets are one. */
function atoms<N extends number | bigint>(sets: readonly Intervals<N>[], first: N, last: N): Intervals<N>[] {
  const one = (typeof first === 'bigint' ? 1n : 1) as N
  const after = (value: N): N => ((value as bigint) + (one as bigint)) as N
  const before = (value: N): N => ((value as bigint) - (one as bigint)) as N
  const starts = new Map<N, number[]>()
  const note = (at: N, set: number): void => {
    const list = starts.get(at)
    if (list === undefined) starts.set(at, [set])
    else list.push(set)
  }
  sets.forEach((set, index) => {
    for (const [low, high] of pairsOf(set)) {
      note(low, index)
      if (high < last) note(after(high), index)
    }
  })
  if (!starts.has(first)) starts.set(first, [])
  const cuts = [...starts.keys()].sort((a, b) => (a < b ? -1 : 1))
  const active = new Set<number>()
  const found = new Map<string, [N, N][]>()
  cuts.forEach((low, index) => {
    for (const set of starts.get(low) as number[]) active.has(set) ? active.delete(set) : active.add(set)
    const next = cuts[index + 1]
    const key = [...active].sort((a, b) => a - b).join(',')
    const range: [N, N] = [low, next === undefined ? last : before(next)]
    const list = found.get(key)
    if (list === undefined) found.set(key, [range])
    else list.push(range)
  })
  return [...found.values()].map((ranges) => normalize(ranges))
}
