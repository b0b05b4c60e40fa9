import { internetOf } from '../model/address-ranges.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { AddressSet } from '../sets/address-set.ts'

export type AddressFamily = 'IPv4' | 'IPv6'

/** All public IPv6 addresses that are given out at all. */
const globalUnicast = AddressSet.of('2000::/3')

/** Families of which a set holds 99 percent of the public addresses or more. */
export function coveredFamilies(addresses: AddressSet, profile: NetworkProfile): AddressFamily[] {
  const internet = internetOf(profile)
  const v6 = internet.intersect(globalUnicast)
  const families: AddressFamily[] = []
  if (addresses.intersect(internet).sizeV4() >= internet.sizeV4() * 0.99) families.push('IPv4')
  if (addresses.intersect(v6).sizeV6() * 100n >= v6.sizeV6() * 99n) families.push('IPv6')
  return families
}
