import type { CiliumEntry } from '../policies/cilium/spec.ts'
import { ConnectionSet } from '../sets/connection-set.ts'

/** Connections that an entry of a Cilium policy speaks of, whoever the peers are. */
export const connectionsOfEntry = ({ ports }: CiliumEntry): ConnectionSet =>
  ports === 'any'
    ? ConnectionSet.all
    : ConnectionSet.union(ports.map(({ connections }) => connections ?? ConnectionSet.none))
