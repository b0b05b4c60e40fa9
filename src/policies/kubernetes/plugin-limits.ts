import type { NetworkProfile } from '../../model/network-profile.ts'
import { supportOf } from '../../model/plugin-capabilities.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { portRange } from '../../sets/port-set.ts'
import type { IpBlock, PolicyPort } from './spec.ts'

/** What the plugin makes of a part of a policy: certainly, and perhaps besides. */
export interface Limited<T> {
  readonly certain: T
  /** Includes what is certain. */
  readonly possible: T
}

const exactly = <T>(value: T): Limited<T> => ({ certain: value, possible: value })
const atMost = (possible: ConnectionSet): Limited<ConnectionSet> => ({ certain: ConnectionSet.none, possible })

/**
 * Connections a port item allows under a plugin. Without `endPort` it covers its first port; a name that is not looked up
 * on the pod may stand for any port of its protocol; SCTP without support for it allows nothing.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports
 */
export function limitPort(port: PolicyPort, profile: NetworkProfile): Limited<ConnectionSet> {
  const { connections, protocol } = port
  const sctp = protocol === 'SCTP' ? supportOf('SCTP', profile) : 'yes'
  if (sctp === 'no') return exactly(ConnectionSet.none)
  const limited = limitNumbers(port, profile)
  return sctp === 'yes' ? limited : atMost(connections)
}

function limitNumbers(
  { connections, protocol, port, endPort }: PolicyPort,
  profile: NetworkProfile,
): Limited<ConnectionSet> {
  if (typeof port === 'string') {
    const names = supportOf('named ports', profile)
    if (names === 'yes') return exactly(connections)
    return atMost(names === 'no' ? ConnectionSet.of(protocol) : connections)
  }
  if (port === undefined || endPort === undefined || connections.isEmpty) return exactly(connections)
  const ranges = supportOf('endPort', profile)
  if (ranges === 'yes') return exactly(connections)
  const first = ConnectionSet.of(protocol, portRange(port))
  return ranges === 'no' ? exactly(first) : { certain: first, possible: connections }
}

/** Addresses a block speaks of under a plugin. One with an `except` that is not understood is ignored as a whole. */
export function limitBlock({ addresses, except }: IpBlock, profile: NetworkProfile): Limited<AddressSet> {
  const excepts = except.length === 0 ? 'yes' : supportOf('ipBlock.except', profile)
  if (excepts === 'no') return exactly(AddressSet.none)
  const found = limitFamily(addresses, profile)
  return excepts === 'yes' ? found : { certain: AddressSet.none, possible: found.possible }
}

function limitFamily(addresses: AddressSet, profile: NetworkProfile): Limited<AddressSet> {
  const v6 = addresses.overlaps(AddressSet.allV6) ? supportOf('IPv6', profile) : 'yes'
  if (v6 === 'yes') return exactly(addresses)
  const v4 = addresses.intersect(AddressSet.allV4)
  return v6 === 'no' ? exactly(v4) : { certain: v4, possible: addresses }
}
