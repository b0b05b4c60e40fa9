import { z } from 'zod'

/**
 * `All`, `None`, protocol to port ranges as text (`80`, `443-445`, `name:http`), or a union of cubes of which a part that
 * is not given is unrestricted.
 */
const portMap = z.record(z.string(), z.array(z.string()))
const cube = z.strictObject({
  protocols: z.string().optional(),
  srcPorts: z.array(z.string()).optional(),
  dstPorts: z.array(z.string()).optional(),
  methods: z.string().optional(),
  hosts: z.string().optional(),
  paths: z.string().optional(),
  icmpType: z.array(z.string()).optional(),
  icmpCode: z.array(z.string()).optional(),
})
export type ExpectedCube = z.infer<typeof cube>
const conns = z.union([z.literal('All'), z.literal('None'), z.strictObject({ cubes: z.array(cube) }), portMap])
export type ExpectedConns = z.infer<typeof conns>

const row = z.looseObject({ src: z.string(), dst: z.string(), conns })
/** A row of a list that is cut down to one connection says no more than that it is there. */
const connectionRow = row.partial({ conns: true })
export type ExpectedRow = z.infer<typeof connectionRow>

const selectorRequirement = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).optional(),
})
const labelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(selectorRequirement).optional(),
})
export type ExpectedLabelSelector = z.infer<typeof labelSelector>

const podsSelected = z.strictObject({ namespaceSelector: labelSelector, podSelector: labelSelector })
export type ExpectedPodSelector = z.infer<typeof podsSelected>

const direction = z.enum(['ingress', 'egress'])
const exposureRow = z.object({
  workload: z.string(),
  direction,
  peer: z.union([z.string(), podsSelected]),
  conns: conns.optional(),
})
export type ExpectedExposure = z.infer<typeof exposureRow>

const focusedConnection = z.object({ protocol: z.string(), port: z.number() })
export type FocusedConnection = z.infer<typeof focusedConnection>

const diffRow = z.looseObject({ src: z.string(), dst: z.string(), base: conns, head: conns, type: z.string() })

const query = z.looseObject({
  src: z.string(),
  dst: z.string(),
  protocol: z.string().optional(),
  port: z.union([z.number(), z.string()]).optional(),
  allowed: z.boolean().optional(),
  conns: conns.optional(),
})
export type ExpectedQuery = z.infer<typeof query>

const probeEnd = z.looseObject({
  namespace: z.string().optional(),
  pod: z.string().optional(),
  ip: z.string().optional(),
  entity: z.string().optional(),
  fqdn: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  cluster: z.string().optional(),
})
const probe = z.looseObject({
  from: probeEnd,
  to: probeEnd,
  port: z.union([z.number(), z.string()]).optional(),
  protocol: z.string(),
  icmpType: z.number().optional(),
  l7: z.string().optional(),
  allowed: z.boolean(),
  ingressAllowed: z.boolean().optional(),
  egressAllowed: z.boolean().optional(),
})
export type ExpectedProbe = z.infer<typeof probe>
export type ProbeEnd = z.infer<typeof probeEnd>

const sideReason = z.looseObject({
  result: z.string(),
  by: z.string().optional(),
  reasons: z
    .array(
      z.looseObject({
        policy: z.looseObject({ kind: z.string(), name: z.string() }).optional(),
        effect: z.string(),
        rule: z.string().optional(),
      }),
    )
    .optional(),
})
export type ExpectedSideVerdict = z.infer<typeof sideReason>

const pair = z.looseObject({
  src: z.string(),
  dst: z.string(),
  verdicts: z.array(
    z.looseObject({ result: z.string(), conns, ingress: sideReason.optional(), egress: sideReason.optional() }),
  ),
})
export type ExpectedPair = z.infer<typeof pair>

const warning = z.looseObject({ errorClass: z.string(), side: z.enum(['base', 'head']).optional() })

const validation = z.looseObject({ file: z.string(), valid: z.boolean(), path: z.string().optional() })
export type ExpectedValidation = z.infer<typeof validation>

const options = z.looseObject({
  focusWorkloads: z.array(z.string()).optional(),
  focusWorkloadPeers: z.array(z.string()).optional(),
  focusDirection: direction.optional(),
})
export type CaseOptions = z.infer<typeof options>

const inputs = z.looseObject({
  namespaces: z.array(z.string()).optional(),
  pods: z.array(z.string()).optional(),
  policies: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
})
export type CaseInputs = z.infer<typeof inputs>

const setQuery = z.looseObject({
  name: z.string(),
  query: z.enum([
    'emptiness',
    'redundancy',
    'vacuity',
    'disjointness',
    'allCaptured',
    'containment',
    'permits',
    'forbids',
    'interferes',
    'equivalence',
    'strongEquivalence',
    'twoWayContainment',
    'pairwiseInterferes',
  ]),
  configs: z.array(z.string()),
  expected: z.number(),
})
export type ExpectedSetQuery = z.infer<typeof setQuery>

const common = {
  options: options.optional(),
  features: z.array(z.string()).optional(),
  defaultNamespace: z.string().optional(),
  manifestsGenerated: z.boolean().optional(),
  assume: z.object({ hostFirewall: z.boolean().optional(), clusterName: z.string().optional() }).optional(),
}
const connlist = z.looseObject({
  kind: z.literal('connlist'),
  ...common,
  connections: z.array(z.looseObject({ src: z.string(), dst: z.string(), conns: z.unknown().optional() })),
  selfConnections: z.array(z.looseObject({ workload: z.string(), conns: z.unknown() })).optional(),
  inputs: inputs.optional(),
  focusConn: focusedConnection.optional(),
  ipv6: z.unknown().optional(),
})

/** What `expected.json` of one case says; kinds that nothing compares yet keep their payload unread. */
export const expectation = z.discriminatedUnion('kind', [
  connlist,
  z.looseObject({ kind: z.literal('diff'), ...common, connections: z.array(diffRow) }),
  z.looseObject({ kind: z.literal('eval'), ...common, queries: z.array(query) }),
  z.looseObject({ kind: z.literal('probes'), ...common, probes: z.array(probe) }),
  z.looseObject({ kind: z.literal('ip-partition'), ...common, ranges: z.array(z.string()) }),
  z.looseObject({ kind: z.literal('ingress-backends'), ...common, connections: z.array(row) }),
  z.looseObject({
    kind: z.literal('service-selection'),
    ...common,
    services: z.array(z.looseObject({ service: z.string(), workloads: z.number() })),
  }),
  z.looseObject({
    kind: z.literal('explain'),
    ...common,
    pairs: z.array(pair),
    systemDefaultPairs: z.array(z.object({ src: z.string(), dst: z.string() })),
  }),
  z.looseObject({
    kind: z.literal('error'),
    ...common,
    severity: z.string(),
    errorClass: z.string(),
    side: z.enum(['base', 'head']).optional(),
  }),
  z.looseObject({ kind: z.literal('warning'), ...common, warnings: z.array(warning) }),
  z.looseObject({ kind: z.literal('validation'), ...common, results: z.array(validation) }),
  z.looseObject({
    kind: z.literal('exposure'),
    ...common,
    connections: z.array(connectionRow),
    exposure: z.array(exposureRow),
    unprotected: z.array(z.object({ workload: z.string(), direction })),
    focusConn: focusedConnection.optional(),
  }),
  z.looseObject({
    kind: z.literal('query'),
    ...common,
    configs: z.record(z.string(), inputs),
    queries: z.array(setQuery),
  }),
  z.looseObject({ kind: z.literal('baseline'), ...common }),
  z.looseObject({
    kind: z.literal('selectors'),
    ...common,
    evaluate: z.array(
      z.looseObject({ selector: z.string(), labels: z.record(z.string(), z.string()), match: z.boolean() }),
    ),
    invalid: z.array(z.looseObject({ selector: z.string() })),
    canonical: z.array(z.looseObject({ selector: z.string(), canonical: z.string() })),
    prefixed: z.array(z.looseObject({ selector: z.string(), keyPrefix: z.string(), canonical: z.string() })),
  }),
])
export type Expectation = z.infer<typeof expectation>
export type ExpectationOf<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>

/** Connections in any of the forms in which sources write them. */
export function readConns(value: unknown): ExpectedConns {
  return conns.parse(value)
}

export function readRows(rows: readonly unknown[]): ExpectedRow[] {
  return z.array(connectionRow).parse(rows)
}
