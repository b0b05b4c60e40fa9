import { AddressSet } from '../sets/address-set.ts'
import type { NetworkProfile } from './network-profile.ts'

/** The metadata address of most clouds. */
export const metadataAddress = AddressSet.of('169.254.169.254/32')

/** Addresses that give out credentials of the machine to whoever asks. */
export const metadataAddresses = AddressSet.of(
  '169.254.169.254/32',
  '169.254.170.2/32',
  '100.100.100.200/32',
  'fd00:ec2::254/128',
)

export const rfc1918 = AddressSet.of('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')

/** Ranges for networks of one's own: RFC 1918, shared address space (RFC 6598), unique local IPv6. */
const privateAddresses = rfc1918.union(AddressSet.of('100.64.0.0/10', 'fc00::/7'))

/** Loopback, link-local, multicast, unspecified and reserved: never the internet. */
const specialAddresses = AddressSet.of(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
)

/** Addresses of the cluster itself and of the private networks around it. */
export function privateOf(profile: NetworkProfile): AddressSet {
  const { pods, services, nodes, private: own } = profile.ranges
  return [pods, services, nodes, own].reduce((found, set) => found.union(set), privateAddresses)
}

const internets = new WeakMap<NetworkProfile, AddressSet>()

/** Public addresses: everything that is neither private nor special. */
export function internetOf(profile: NetworkProfile): AddressSet {
  const known = internets.get(profile)
  if (known !== undefined) return known
  const made = privateOf(profile).union(specialAddresses).union(metadataAddresses).complement()
  internets.set(profile, made)
  return made
}

/** Sets that the partition of addresses must respect, so that metrics and rules can ask for them. */
export function wellKnownAddresses(profile: NetworkProfile): AddressSet[] {
  const { pods, services, nodes, private: own } = profile.ranges
  return [metadataAddresses, privateAddresses, specialAddresses, pods, services, nodes, own].filter(
    (set) => !set.isEmpty,
  )
}
