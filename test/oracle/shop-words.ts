import fc from 'fast-check'

/** The few words generated shops are made of, so that selectors often meet and often miss. */

export const namespaces = ['shop', 'payments', 'guests'] as const
const values = ['web', 'checkout', 'ledger'] as const
const keys = ['app', 'tier'] as const
export const portNames = ['http', 'admin'] as const
export const numbers = [80, 443, 8080, 8081, 9090] as const
export const protocols = ['TCP', 'UDP', 'SCTP'] as const
export const blocks = [
  '10.0.0.0/8',
  '10.0.1.0/24',
  '10.0.1.4/30',
  '203.0.113.0/24',
  '203.0.113.128/25',
  '0.0.0.0/0',
  '192.168.0.0/16',
  '2001:db8::/32',
  '2001:db8:7::/48',
  '::/0',
] as const
export const outside = [
  '203.0.113.7',
  '203.0.113.200',
  '198.51.100.9',
  '192.168.7.1',
  '10.9.9.9',
  '2001:db8:7::1',
  '2001:db8:8::1',
] as const
/** Addresses of the machines, each of which may have pods on its network. */
export const machines = ['192.168.0.1', '192.168.0.2'] as const

export const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { noNullPrototype: true })

const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
)

export const selector = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ matchLabels: labels }) },
  { weight: 2, arbitrary: fc.record({ matchExpressions: fc.array(requirement, { maxLength: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 1 }) }),
  },
)

export const namespaceSelector = fc.oneof(
  selector,
  fc.constantFrom(...namespaces, 'elsewhere').map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
)
