import { wellKnownAddresses } from '../../src/model/address-ranges.ts'
import type { AddressSet } from '../../src/sets/address-set.ts'
import { showV4 } from '../../src/sets/cidr.ts'
import { pairsOf } from '../../src/sets/intervals.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import type { ExpectationOf } from './expectation.ts'
import type { Evaluated } from './load-side.ts'
import { addressesOf } from './peer-names.ts'

/**
 * Ranges that the policies cut the addresses into. Ours are cut at the well-known ranges as well: a cut that neither
 * the policies nor those ranges make is one too many.
 */
export function compareIpPartition(
  { ranges }: ExpectationOf<'ip-partition'>,
  { universe, side }: Evaluated,
): CaseResult {
  const wanted = new Set(ranges.flatMap((range) => startsOf(addressesOf(range))))
  const ours = new Set(universe.addresses.flatMap(({ addresses }) => startsOf(addresses)))
  const known = new Set(
    wellKnownAddresses(side.cluster.profile).flatMap((set) => [...startsOf(set), ...startsOf(set.complement())]),
  )
  const missing = [...wanted].filter((start) => !ours.has(start)).map((start) => `no cut at ${showV4(start)}`)
  const superfluous = [...ours]
    .filter((start) => !wanted.has(start) && !known.has(start))
    .map((start) => `a cut at ${showV4(start)}`)
  return resultOf([...missing, ...superfluous])
}

const startsOf = (set: AddressSet | undefined): number[] => pairsOf(set?.v4 ?? []).map(([first]) => first)
