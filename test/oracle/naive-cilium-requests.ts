import { type CiliumWorld, type Identity, isReserved } from './naive-cilium-identities.ts'
import { nameFits } from './naive-cilium-peers.ts'
import { type CiliumQuestion, entriesFor } from './naive-cilium-policy.ts'
import { portElementHolds } from './naive-cilium-ports.ts'
import { asList, asLoose, isGiven, type Loose } from './plain-objects.ts'

/** What is said on an open connection: an HTTP request, or a DNS query for a name. */
export type Content = Request | { readonly query: string }

export interface Request {
  readonly method: string
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * What one end says to the content of a connection. An entry without rules for it lifts the rules of all others, and so
 * does it that nothing isolates the subject. The own machine of a pod is not asked about.
 */
export function admitsContent(world: CiliumWorld, question: CiliumQuestion, content: Content): boolean {
  const { subject, peer, direction } = question
  if (isReserved(peer, 'host')) throw new Error('not decided here')
  if (subject.managed === 'no') return true
  const entries = entriesFor(world, question)
  if (entries.some(({ verdict, matches }) => verdict === 'deny' && matches)) return false
  if (!entries.some(({ isolates }) => isolates)) return true
  const destination = direction === 'ingress' ? subject : peer
  return entries.some(
    ({ verdict, matches, entry }) =>
      verdict === 'allow' && matches && entryAdmits(world, entry, destination, question, content),
  )
}

function entryAdmits(
  world: CiliumWorld,
  entry: Loose,
  destination: Identity,
  { connection }: CiliumQuestion,
  content: Content,
): boolean {
  const elements = asList(entry.toPorts)
  if (elements.length === 0) return true
  return elements
    .filter((element) => portElementHolds(element, connection, destination))
    .some(({ rules }) => rulesAdmit(world, asLoose(rules), content))
}

function rulesAdmit(world: CiliumWorld, { http, dns }: Loose, content: Content): boolean {
  const [requests, queries] = [asList(http), asList(dns)]
  if (requests.length === 0 && queries.length === 0) return true
  if ('query' in content) return queries.some((rule) => nameFits(world, rule, content.query))
  return requests.some((rule) => requestFits(rule, content))
}

function requestFits({ method, path, host, headers, headerMatches }: Loose, request: Request): boolean {
  const whole = (expression: unknown, text: string): boolean =>
    !isGiven(expression) || new RegExp(`^(?:${String(expression)})$`).test(text)
  const has = (name: string, value: unknown): boolean =>
    request.headers[name] !== undefined && (!isGiven(value) || request.headers[name] === value)
  return (
    whole(method, request.method) &&
    whole(path, request.path) &&
    whole(host, request.host) &&
    ((headers ?? []) as string[]).every((text) => {
      const [name = '', value] = text.split(': ')
      return has(name, value)
    }) &&
    asList(headerMatches).every(({ name, value, mismatch }) => isGiven(mismatch) || has(String(name), value))
  )
}
