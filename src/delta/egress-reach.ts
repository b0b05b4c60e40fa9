import { internetOf } from '../model/address-ranges.ts'
import { toAnyName } from '../policies/destination-name.ts'
import type { Bound } from '../reach/evaluate.ts'
import { internetClasses } from '../reach/peers.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { Row } from '../reach/row.ts'
import type { AddressClass, PeerClass } from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import { pairsOf } from '../sets/intervals.ts'
import type { MemberSet } from '../sets/member-set.ts'

/**
 * How much of the internet: `any` at least 99 % of the public IPv4 or IPv6 addresses, `broad` more than one /16 (IPv6:
 * one /48) holds, `narrow` less.
 */
export type InternetBucket = 'none' | 'narrow' | 'broad' | 'any'

export const bucketRank: Readonly<Record<InternetBucket, number>> = { none: 0, narrow: 1, broad: 2, any: 3 }

/** The public IPv6 addresses that are given out at all. */
const globalUnicast = AddressSet.of('2000::/3')

const BROAD_V4 = 2 ** 16
const BROAD_V6 = 2n ** 80n

/** The bucket of a set of addresses; those that are not public do not count. */
export function bucketOf(addresses: AddressSet, internet: AddressSet): InternetBucket {
  const found = addresses.intersect(internet)
  if (found.isEmpty) return 'none'
  const given = globalUnicast.intersect(internet)
  const nearlyAllV4 = found.sizeV4() >= internet.sizeV4() * 0.99
  const nearlyAllV6 = found.intersect(given).sizeV6() * 100n >= given.sizeV6() * 99n
  if (nearlyAllV4 || nearlyAllV6) return 'any'
  return found.sizeV4() > BROAD_V4 || found.sizeV6() > BROAD_V6 ? 'broad' : 'narrow'
}

const internets = new WeakMap<Reachability, { readonly addresses: AddressSet; readonly members: MemberSet }>()

/** The public addresses of a side, and their classes. */
export function internetSide(reach: Reachability): { readonly addresses: AddressSet; readonly members: MemberSet } {
  const known = internets.get(reach)
  if (known !== undefined) return known
  const members = reach.matcher.set(internetClasses(reach).map(({ index }) => index))
  const made = { addresses: internetOf(reach.input.cluster.profile), members }
  internets.set(reach, made)
  return made
}

const reached = new WeakMap<Row, AddressSet>()

/**
 * Public addresses to which a class may send something, whatever name it knows them by. Addresses accept everything, so
 * its egress row decides.
 */
export function internetReach(reach: Reachability, found: PeerClass, bound: Bound): AddressSet {
  const row = reach.row(found, 'egress')[bound]
  const known = reached.get(row)
  if (known !== undefined) return known
  const open = row.blocks.filter(({ connections }) => !toAnyName(connections).isEmpty)
  const peers = open.map((block) => block.peers).reduce((all, set) => all.union(set), reach.matcher.set([]))
  const made = addressesAmong(reach, peers)
  reached.set(row, made)
  return made
}

/** Public addresses of the classes among some peers. */
export function addressesAmong(reach: Reachability, peers: MemberSet): AddressSet {
  const { addresses, members } = internetSide(reach)
  if (members.isSubsetOf(peers)) return addresses
  const classes = [...members.intersect(peers)].map((index) => reach.universe.classes[index])
  return unionOf(classes.filter((found) => found?.kind === 'addresses'))
}

function unionOf(classes: readonly AddressClass[]): AddressSet {
  const v4 = classes.flatMap(({ addresses }) => [...pairsOf(addresses.v4)])
  const v6 = classes.flatMap(({ addresses }) => [...pairsOf(addresses.v6)])
  return AddressSet.fromPairs(v4, v6)
}

const buckets = new WeakMap<Row, InternetBucket>()

/** A few names are narrow, wherever their addresses lie. Rows are few and shared: each is measured once. */
export function internetBucket(reach: Reachability, found: PeerClass, bound: Bound): InternetBucket {
  const row = reach.row(found, 'egress')[bound]
  const known = buckets.get(row)
  if (known !== undefined) return known
  const { addresses, members } = internetSide(reach)
  const bucket = bucketOf(internetReach(reach, found, bound), addresses)
  const isNamed = bucket === 'none' && row.blocks.some(({ peers }) => peers.overlaps(members))
  const made = isNamed ? 'narrow' : bucket
  buckets.set(row, made)
  return made
}
