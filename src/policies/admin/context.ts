import type { YamlNode } from '../../manifests/node.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import type { PolicyReader } from '../policy-reader.ts'
import type { Dialect } from './dialect.ts'
import type { AdminKind, adminFields } from './fields.ts'

/** What reading one object of a kind needs. */
export interface Context {
  readonly reader: PolicyReader
  readonly dialect: Dialect
  readonly fields: (typeof adminFields)[AdminKind]
  /** Addresses of Services, empty where not configured. */
  readonly services: AddressSet
}

/** Lists of CIDRs and of domain names. */
export const MOST_NETWORKS = 25

interface Length {
  readonly least: 0 | 1
  readonly most: number
}

/** Reports a list that is longer than the API takes, or empty where it wants an item. `at`: the list, else its owner. */
export function checkLength(
  { reader }: Context,
  at: YamlNode | undefined,
  name: string,
  length: number,
  { least, most }: Length,
): void {
  if (length < least)
    reader.refuse('list-invalid', at, `${name} needs at least one item; here an empty list is not "all"`)
  if (length > most) reader.refuse('list-invalid', at, `${name} has at most ${most} items, not ${length}`)
}
