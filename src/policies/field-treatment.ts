/** How the engine treats a field. An approximated one says how the answer errs against the cluster's. */
export type FieldTreatment = 'modelled' | 'irrelevant' | 'unsupported' | { readonly approximated: 'wider' | 'narrower' }

/** Fields by name, of one object. */
export type Fields = Readonly<Record<string, FieldTreatment>>

/** The root of an object that has nothing but a spec. */
export const objectFields = {
  apiVersion: 'modelled',
  kind: 'modelled',
  metadata: 'modelled',
  spec: 'modelled',
  status: 'irrelevant',
} as const satisfies Fields
