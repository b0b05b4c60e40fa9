import { syntheticSpan } from '../source/span.ts'
import type { Labels } from './labels.ts'

/** Every namespace carries its own name under this key, whatever its manifest says. */
export const NAME_LABEL = 'kubernetes.io/metadata.name'

/** A namespace that is only mentioned: its name label is certain, any other key unknown. */
export function undeclaredNamespaceLabels(name: string): Labels {
  return {
    values: new Map([[NAME_LABEL, { value: name, span: syntheticSpan }]]),
    unknownKeys: new Set(),
    complete: false,
  }
}
