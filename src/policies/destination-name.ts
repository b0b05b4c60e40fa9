import type { ConnectionSet } from '../sets/connection-set.ts'

/** What connections to a domain name carry: which addresses it has nobody knows beforehand. */
export const toName = (name: string): string => `to ${name}`

/** Connections that do not depend on the name under which the destination was looked up, or may have any. */
export const toAnyName = (connections: ConnectionSet): ConnectionSet =>
  connections.withoutQualifiers((text) => text.split(' and ').some((part) => /^to (?!\*$)/.test(part)))
