import { AddressSet } from '../../src/sets/address-set.ts'

/**
 * Rows of an answer in a form that does not depend on how addresses are cut: pairs of workloads by name, and for each
 * workload, direction and text the union of the addresses it is exchanged with.
 */
export interface ConnectionTable {
  readonly pairs: ReadonlyMap<string, string>
  readonly addresses: ReadonlyMap<string, AddressSet>
}

export class TableBuilder {
  readonly #pairs = new Map<string, string>()
  readonly #addresses = new Map<string, AddressSet>()

  /** Adds a row; one that says nothing (`None`, no address of the family compared) is left out. */
  add(source: string | AddressSet, destination: string | AddressSet, text: string): void {
    if (text === 'None') return
    if (typeof source === 'string' && typeof destination === 'string')
      this.#pairs.set(`${source} → ${destination}`, text)
    else if (typeof source === 'string') this.#addAddresses(`${source} → addresses ${text}`, destination as AddressSet)
    else if (typeof destination === 'string') this.#addAddresses(`addresses → ${destination} ${text}`, source)
  }

  #addAddresses(key: string, addresses: AddressSet): void {
    if (!addresses.isEmpty) this.#addresses.set(key, (this.#addresses.get(key) ?? AddressSet.none).union(addresses))
  }

  build(): ConnectionTable {
    return { pairs: this.#pairs, addresses: this.#addresses }
  }
}

/** Sentences for everything in which two tables differ, in order of their rows. */
export function compareTables(expected: ConnectionTable, actual: ConnectionTable): string[] {
  const pairs = keysOf(expected.pairs, actual.pairs).flatMap((key) => {
    const [wanted, got] = [expected.pairs.get(key) ?? 'None', actual.pairs.get(key) ?? 'None']
    return wanted === got ? [] : [`${key}: expected ${wanted}, got ${got}`]
  })
  const addresses = keysOf(expected.addresses, actual.addresses).flatMap((key) => {
    const wanted = expected.addresses.get(key) ?? AddressSet.none
    const got = actual.addresses.get(key) ?? AddressSet.none
    return wanted.equals(got) ? [] : [`${key}: expected ${showAddresses(wanted)}, got ${showAddresses(got)}`]
  })
  return [...pairs, ...addresses]
}

const keysOf = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].sort()

const showAddresses = (set: AddressSet): string => (set.isEmpty ? 'no address' : set.cidrs().join(' '))
