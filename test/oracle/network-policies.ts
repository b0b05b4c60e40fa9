import fc from 'fast-check'
import { prefixHolds } from './naive-selectors.ts'
import { blocks, namespaceSelector, numbers, portNames, protocols, selector } from './shop-words.ts'

const prefixLength = (cidr: string): number => Number(cidr.split('/')[1])
const isInside = (inner: string, outer: string): boolean =>
  prefixLength(inner) > prefixLength(outer) && prefixHolds(outer, inner.split('/')[0] as string)

const ipBlock = fc.constantFrom(...blocks).chain((cidr) => {
  const inner = blocks.filter((block) => isInside(block, cidr))
  return inner.length === 0 ? fc.constant({ cidr }) : fc.record({ cidr: fc.constant(cidr), except: fc.subarray(inner) })
})

const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector: selector, namespaceSelector }),
  fc.record({ ipBlock }),
)

const port = fc.oneof(
  fc.constant({}),
  fc.record({ protocol: fc.constantFrom(...protocols) }),
  fc.record({ port: fc.constantFrom(...numbers) }),
  fc.record({ protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...numbers) }),
  fc.record({ port: fc.constantFrom(...portNames) }),
  fc.record({ protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...portNames) }),
  fc.record({ port: fc.constantFrom(80, 443), endPort: fc.constantFrom(443, 8080, 65_535) }),
)

/** A list, or one of the ways to leave it out. */
const listOrNothing = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[] | null | undefined> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(item, { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  )

const ingressRule = fc.record({ from: listOrNothing(peer), ports: listOrNothing(port) })
const egressRule = fc.record({ to: listOrNothing(peer), ports: listOrNothing(port) })

/** `spec` of a NetworkPolicy that the API server takes. */
export const networkPolicySpec = fc.record({
  podSelector: selector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], [], undefined),
  ingress: listOrNothing(ingressRule),
  egress: listOrNothing(egressRule),
})
