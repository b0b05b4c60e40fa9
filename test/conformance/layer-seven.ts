import { holdsQualifier } from '../../src/sets/qualifier.ts'

/** What a probe does on an open connection: a request, a query, a handshake; or that it asked for a name before. */
export interface Attempt {
  /** `HTTP GET /cart Host: shop.example`, `DNS shop.example`, `TLS SNI shop.example`; undefined: no more than to connect. */
  readonly l7: string | undefined
  /** Name under which the destination was looked up. */
  readonly name: string | undefined
}

/** Whether a connection under a qualifier lets an attempt through. What needs layer 7 to be told lets a plain connection. */
export function admits(qualifier: string, attempt: Attempt): boolean {
  return qualifier.split(' and ').every((condition) => holds(condition.replaceAll('\u00a0', ' '), attempt))
}

function holds(condition: string, { l7, name }: Attempt): boolean {
  if (condition.startsWith('to ')) return name !== undefined && holdsQualifier(condition, `to ${name}`)
  if (l7 === undefined) return true
  const [kind, ...words] = l7.split(' ')
  if (kind === 'DNS') return holdsOfQuery(condition, words[0] ?? '')
  if (kind === 'TLS') return condition === 'TLS' || condition === `server name ${words[1]}`
  return holdsOfRequest(condition, words)
}

function holdsOfQuery(condition: string, name: string): boolean {
  return condition === 'DNS' || (condition.startsWith('query ') && holdsQualifier(condition, `query ${name}`))
}

function holdsOfRequest(condition: string, [method = '', path = '', ...header]: readonly string[]): boolean {
  const written = header.join(' ')
  const host = /^Host: (.*)$/i.exec(written)?.[1] ?? ''
  const [field, ...rest] = condition.split(' ')
  const whole = (value: string): boolean => new RegExp(`^(?:${rest.join(' ')})$`).test(value)
  if (field === 'HTTP') return true
  if (field === 'method') return whole(method)
  if (field === 'path') return whole(path)
  if (field === 'host') return whole(host)
  return field === 'header' && (written === rest.join(' ') || written.startsWith(`${rest.join(' ')}:`))
}
