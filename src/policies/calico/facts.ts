import { hostEndpointKinds } from '../../model/host-endpoint.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { type Accounts, accountsOf } from './accounts.ts'
import { type NetworkSet, networkSets } from './network-sets.ts'

/** What rules refer to beyond their own text. Asked for where it is needed only: each question ties the answer to it. */
export interface Facts {
  readonly surroundings: PolicySurroundings
  readonly accounts: () => Accounts
  readonly sets: () => readonly NetworkSet[]
  readonly hasHosts: () => boolean
}

export function factsOf(surroundings: PolicySurroundings): Facts {
  return {
    surroundings,
    accounts: once(() => accountsOf(surroundings)),
    sets: once(() => networkSets(surroundings)),
    hasHosts: once(() => hostEndpointKinds.some((kind) => surroundings.objects(kind).length > 0)),
  }
}

function once<T extends object | boolean>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
