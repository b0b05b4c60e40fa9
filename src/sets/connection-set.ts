import {
  allElements,
  allPorts,
  equalPorts,
  intersectPorts,
  isEmptyPorts,
  noPorts,
  type PortSet,
  showPorts,
  subtractPorts,
  unionPorts,
} from './port-set.ts'
import { holdsQualifier, meetQualifiers, showQualifier } from './qualifier.ts'

/** IANA protocol numbers with a name of their own; any other is printed as its number. */
export const protocolNumbers = { ICMP: 1, TCP: 6, UDP: 17, ICMPv6: 58, SCTP: 132 } as const
export type ProtocolName = keyof typeof protocolNumbers

const namesOfProtocols = new Map<number, string>(
  Object.entries(protocolNumbers).map(([name, number]) => [number, name]),
)
const withPorts: ReadonlySet<number> = new Set([protocolNumbers.TCP, protocolNumbers.UDP, protocolNumbers.SCTP])

/** For each protocol number 0–255 a set of destination ports: `listed` where it differs from `rest`. */
interface Protocols {
  readonly listed: ReadonlyMap<number, PortSet>
  /** What a protocol that is not listed has: nothing, or all of it. */
  readonly rest: 'none' | 'all'
}

const allOf = (protocol: number): PortSet => (withPorts.has(protocol) ? allPorts : allElements)
const restOf = (set: Protocols, protocol: number): PortSet => (set.rest === 'all' ? allOf(protocol) : noPorts)
const portsIn = (set: Protocols, protocol: number): PortSet => set.listed.get(protocol) ?? restOf(set, protocol)

const noProtocols: Protocols = { listed: new Map(), rest: 'none' }

function combine(a: Protocols, b: Protocols, operation: (x: PortSet, y: PortSet) => PortSet): Protocols {
  const restIsAll = !isEmptyPorts(operation(restOf(a, 255), restOf(b, 255)))
  const rest = restIsAll ? 'all' : 'none'
  const listed = new Map<number, PortSet>()
  const keys = [...new Set([...a.listed.keys(), ...b.listed.keys()])].sort((x, y) => x - y)
  for (const protocol of keys) {
    const ports = operation(portsIn(a, protocol), portsIn(b, protocol))
    const unlisted = restIsAll ? allOf(protocol) : noPorts
    if (!equalPorts(ports, unlisted)) listed.set(protocol, ports)
  }
  return { listed, rest }
}

const isNamed = ({ listed }: Protocols): boolean => [...listed.values()].some(({ names }) => names.length > 0)
const isEmptyProtocols = (set: Protocols): boolean => set.rest === 'none' && set.listed.size === 0

/** What a set has beyond those under wider qualifiers than its own. */
function beyondHolders(text: string, set: Protocols, qualified: ReadonlyMap<string, Protocols>): Protocols {
  let left = set
  for (const [other, held] of qualified)
    if (other !== text && holdsQualifier(other, text)) left = combine(left, held, subtractPorts)
  return left
}

function keyOfProtocols(set: Protocols): string {
  const parts = [...set.listed].map(
    ([protocol, ports]) => `${protocol}:${showPorts(ports)}${ports.everyName ? '*' : ''}`,
  )
  return `${set.rest === 'all' ? '*' : ''}${parts.join(';')}`
}

/**
 * A set of connections: protocol 0–255 with destination ports. Some of them may carry a qualifier, a text that narrows
 * them further than ports can say (an HTTP request, a source port). "Port 80, any request" holds "port 80, GET /public";
 * two different texts are incomparable, unless one is a wildcard that holds the other. Immutable.
 */
export class ConnectionSet {
  /** Canonical text: equal sets have equal keys. */
  readonly key: string
  readonly isEmpty: boolean
  readonly #open: Protocols
  readonly #qualified: ReadonlyMap<string, Protocols>
  #hasNames: boolean | undefined

  private constructor(open: Protocols, qualified: ReadonlyMap<string, Protocols>) {
    this.#open = open
    this.#qualified = qualified
    this.isEmpty = isEmptyProtocols(open) && qualified.size === 0
    const texts = [...qualified].map(([text, set]) => `|${JSON.stringify(text)}=${keyOfProtocols(set)}`)
    this.key = `${keyOfProtocols(open)}${texts.join('')}`
  }

  static readonly none = new ConnectionSet(noProtocols, new Map())
  /** Every port of every protocol. */
  static readonly all = new ConnectionSet({ listed: new Map(), rest: 'all' }, new Map())

  /** Ports of one protocol; without ports, all of the protocol. */
  static of(protocol: ProtocolName | number, ports?: PortSet, qualifier?: string): ConnectionSet {
    const number = typeof protocol === 'number' ? protocol : protocolNumbers[protocol]
    const chosen = ports ?? allOf(number)
    if (isEmptyPorts(chosen)) return ConnectionSet.none
    const protocols: Protocols = { listed: new Map([[number, chosen]]), rest: 'none' }
    return qualifier === undefined
      ? new ConnectionSet(protocols, new Map())
      : new ConnectionSet(noProtocols, new Map([[qualifier, protocols]]))
  }

  static union(sets: Iterable<ConnectionSet>): ConnectionSet {
    let found = ConnectionSet.none
    for (const set of sets) found = found.union(set)
    return found
  }

  static #normal(open: Protocols, qualified: ReadonlyMap<string, Protocols>): ConnectionSet {
    const kept = new Map<string, Protocols>()
    for (const text of [...qualified.keys()].sort()) {
      const beyond = beyondHolders(text, combine(qualified.get(text) as Protocols, open, subtractPorts), qualified)
      if (!isEmptyProtocols(beyond)) kept.set(text, beyond)
    }
    return new ConnectionSet(open, kept)
  }

  get isAll(): boolean {
    return this.#open.rest === 'all' && this.#open.listed.size === 0
  }

  /** The same connections, all of them under one more condition. */
  qualified(text: string): ConnectionSet {
    return this.intersect(new ConnectionSet(noProtocols, new Map([[text, { listed: new Map(), rest: 'all' }]])))
  }

  /** Without the connections whose qualifier is one of these. */
  withoutQualifiers(matching: (text: string) => boolean): ConnectionSet {
    if (!this.isQualified) return this
    return new ConnectionSet(this.#open, new Map([...this.#qualified].filter(([text]) => !matching(text))))
  }

  /** Every qualifier that some of the connections carry, sorted. */
  get qualifiers(): readonly string[] {
    return [...this.#qualified.keys()]
  }

  /** The ports alone, whatever narrows them further. */
  unqualified(): ConnectionSet {
    const all = [...this.#qualified.values()].reduce((found, set) => combine(found, set, unionPorts), this.#open)
    return new ConnectionSet(all, new Map())
  }

  /** Whether some connections carry a qualifier. */
  get isQualified(): boolean {
    return this.#qualified.size > 0
  }

  union(other: ConnectionSet): ConnectionSet {
    if (this === other || other.isEmpty || this.isAll) return this
    if (this.isEmpty || other.isAll) return other
    const qualified = new Map(this.#qualified)
    for (const [text, set] of other.#qualified)
      qualified.set(text, combine(qualified.get(text) ?? noProtocols, set, unionPorts))
    return ConnectionSet.#normal(combine(this.#open, other.#open, unionPorts), qualified)
  }

  intersect(other: ConnectionSet): ConnectionSet {
    if (this === other || this.isEmpty || other.isAll) return this
    if (other.isEmpty || this.isAll) return other
    const qualified = new Map<string, Protocols>()
    const add = (text: string, set: Protocols): void => {
      if (!isEmptyProtocols(set)) qualified.set(text, combine(qualified.get(text) ?? noProtocols, set, unionPorts))
    }
    for (const [text, set] of this.#qualified) {
      add(text, combine(set, other.#open, intersectPorts))
      for (const [otherText, otherSet] of other.#qualified) {
        add(meetQualifiers(text, otherText), combine(set, otherSet, intersectPorts))
      }
    }
    for (const [text, set] of other.#qualified) add(text, combine(set, this.#open, intersectPorts))
    return ConnectionSet.#normal(combine(this.#open, other.#open, intersectPorts), qualified)
  }

  /** What is surely left: taking a qualified part away from an open one leaves the open one, since texts cannot be split. */
  subtract(other: ConnectionSet): ConnectionSet {
    if (this.isEmpty || other.isEmpty) return this
    if (other.isAll || this.key === other.key) return ConnectionSet.none
    const qualified = new Map<string, Protocols>()
    for (const [text, set] of this.#qualified) {
      const beyondOpen = combine(set, other.#open, subtractPorts)
      const same = other.#qualified.get(text) ?? noProtocols
      qualified.set(text, beyondHolders(text, combine(beyondOpen, same, subtractPorts), other.#qualified))
    }
    return ConnectionSet.#normal(combine(this.#open, other.#open, subtractPorts), qualified)
  }

  equals(other: ConnectionSet): boolean {
    return this.key === other.key
  }

  isSubsetOf(other: ConnectionSet): boolean {
    return this.subtract(other).isEmpty
  }

  /** Destination ports of one protocol, qualifiers left aside. */
  portsOf(protocol: ProtocolName | number): PortSet {
    const number = typeof protocol === 'number' ? protocol : protocolNumbers[protocol]
    let ports = portsIn(this.#open, number)
    for (const set of this.#qualified.values()) ports = unionPorts(ports, portsIn(set, number))
    return ports
  }

  has(protocol: ProtocolName | number, port: number): boolean {
    const { numbers } = this.portsOf(protocol)
    for (let index = 0; index < numbers.length; index += 2) {
      if (port >= (numbers[index] as number) && port <= (numbers[index + 1] as number)) return true
    }
    return false
  }

  /** Replaces symbolic names by what `resolve` makes of them; a name resolved to no port disappears. */
  resolveNames(resolve: (protocol: number, name: string) => PortSet): ConnectionSet {
    if (!this.hasNames) return this
    const resolved = (set: Protocols): Protocols => {
      const listed = new Map<number, PortSet>()
      for (const [protocol, ports] of set.listed) {
        const numbers: PortSet = { numbers: ports.numbers, names: [], everyName: ports.everyName }
        const all = ports.names.reduce((found, name) => unionPorts(found, resolve(protocol, name)), numbers)
        if (!isEmptyPorts(all)) listed.set(protocol, all)
      }
      return { listed, rest: set.rest }
    }
    const qualified = new Map([...this.#qualified].map(([text, set]) => [text, resolved(set)]))
    return ConnectionSet.#normal(resolved(this.#open), qualified)
  }

  /** Whether some port is given by a name that is not resolved yet. */
  get hasNames(): boolean {
    this.#hasNames ??= [this.#open, ...this.#qualified.values()].some(isNamed)
    return this.#hasNames
  }

  /** Unresolved names with their protocol. */
  names(): { readonly protocol: number; readonly name: string }[] {
    const sets = [this.#open, ...this.#qualified.values()]
    return sets.flatMap((set) =>
      [...set.listed].flatMap(([protocol, ports]) => ports.names.map((name) => ({ protocol, name }))),
    )
  }

  /** Protocols that are listed with their ports, and whether all others are in the set as well. */
  protocols(): {
    readonly listed: { readonly protocol: string; readonly ports: PortSet; readonly all: boolean }[]
    readonly others: boolean
  } {
    const numbers = new Set<number>([...this.#open.listed.keys()])
    for (const set of this.#qualified.values()) for (const number of set.listed.keys()) numbers.add(number)
    if (this.#open.rest === 'all') for (const number of withPorts) numbers.add(number)
    const listed = [...numbers]
      .sort((a, b) => a - b)
      .map((number) => ({ number, ports: this.portsOf(number) }))
      .filter(({ ports }) => !isEmptyPorts(ports))
      .map(({ number, ports }) => ({
        protocol: namesOfProtocols.get(number) ?? `protocol ${number}`,
        ports,
        all: equalPorts(ports, allOf(number)),
      }))
    return { listed, others: this.#open.rest === 'all' }
  }

  /** `every port`, `TCP 80, 443`, `every TCP port, UDP 53`, `every port but TCP 22`; qualifiers in brackets; `nothing` for the empty set. */
  show(): string {
    if (this.isEmpty) return 'nothing'
    const missing = this.isQualified ? ConnectionSet.none : ConnectionSet.all.subtract(this)
    if (isListOfNumbers(missing.#open)) return `every port but ${showProtocols(missing.#open)}`
    const parts = [
      showProtocols(this.#open),
      ...[...this.#qualified].map(([text, set]) => `${showProtocols(set)} (${showQualifier(text)})`),
    ]
    return parts.filter((part) => part !== '').join(', ')
  }
}

/** Whether what is missing from all can be said by numbers of ports; single names are never missing from all. */
const isListOfNumbers = ({ listed, rest }: Protocols): boolean =>
  rest === 'none' && listed.size > 0 && [...listed.values()].every(({ everyName }) => !everyName)

function showProtocols(set: Protocols): string {
  const parts = [...set.listed]
    .filter(([, ports]) => !isEmptyPorts(ports))
    .map(([protocol, ports]) => {
      const name = namesOfProtocols.get(protocol) ?? `protocol ${protocol}`
      if (equalPorts(ports, allOf(protocol))) return withPorts.has(protocol) ? `every ${name} port` : name
      return `${name} ${showPorts(ports)}`
    })
  if (set.rest === 'none') return parts.join(', ')
  const cut = [...set.listed.keys()].map((protocol) => namesOfProtocols.get(protocol) ?? `protocol ${protocol}`)
  return [...parts, cut.length === 0 ? 'every port' : `every protocol but ${cut.join(', ')}`].join(', ')
}
