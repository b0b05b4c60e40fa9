import type { ConnectionSet } from '../sets/connection-set.ts'

/** What connections to a domain name carry: which addresses it has nobody knows beforehand. */
export const toName = (name: string): string => `to ${name}`

/** Connections that do not depend on the name under which the destination was looked up, or may have any. */
export const toAnyName = (connections: ConnectionSet): ConnectionSet =>
  connections.withoutQualifiers((text) => text.split(' and ').some((part) => /^to (?!\*$)/.test(part)))

/**
 * The names that all of the connections go to, and the ports, where these are the same for each name and nothing else
 * narrows them; undefined otherwise.
 */
export function namedDestinations(
  connections: ConnectionSet,
): { readonly names: readonly string[]; readonly ports: ConnectionSet } | undefined {
  const { qualifiers } = connections
  const names = qualifiers.map((text) => /^to (?!\*$)(.+)$/.exec(text)?.[1])
  if (!connections.withoutQualifiers(() => true).isEmpty || names.length === 0) return undefined
  const ports = connections.unqualified()
  const isWhole = (text: string): boolean =>
    connections
      .withoutQualifiers((other) => other !== text)
      .unqualified()
      .equals(ports)
  const plain = names.filter((name) => name !== undefined && !name.includes(' and '))
  return plain.length === names.length && qualifiers.every(isWhole) ? { names: plain as string[], ports } : undefined
}
