/** A selector as Calico reads it. `all` and `any` have at least two parts. */
export type Selector =
  | { readonly kind: 'all()' | 'global()' }
  | { readonly kind: 'has'; readonly label: string }
  | { readonly kind: 'test'; readonly label: string; readonly operator: TestOperator; readonly value: string }
  /** Values are sorted and distinct; there may be none. */
  | {
      readonly kind: 'list'
      readonly label: string
      readonly operator: 'in' | 'not in'
      readonly values: readonly string[]
    }
  | { readonly kind: 'not'; readonly of: Selector }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Selector[] }

export type TestOperator = '==' | '!=' | 'contains' | 'starts with' | 'ends with'

/** The text in its one canonical form: selectors that print the same select the same. */
export function showSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'all()':
    case 'global()':
      return selector.kind
    case 'has':
      return `has(${selector.label})`
    case 'test':
      return `${selector.label} ${selector.operator} ${quote(selector.value)}`
    case 'list':
      return `${selector.label} ${selector.operator} {${selector.values.map(quote).join(', ')}}`
    case 'not':
      return `!${showSelector(selector.of)}`
    default:
      return `(${selector.of.map(showSelector).join(selector.kind === 'and' ? ' && ' : ' || ')})`
  }
}

/** Strings know no escapes: one that holds a quote stands in quotes of the other kind. */
const quote = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`)

/** The selector with other label keys. */
export function mapLabels(selector: Selector, rename: (label: string) => string): Selector {
  switch (selector.kind) {
    case 'all()':
    case 'global()':
      return selector
    case 'not':
      return { kind: 'not', of: mapLabels(selector.of, rename) }
    case 'and':
    case 'or':
      return { kind: selector.kind, of: selector.of.map((part) => mapLabels(part, rename)) }
    default:
      return { ...selector, label: rename(selector.label) }
  }
}

/** Whether `global()` occurs anywhere in it. */
export function mentionsGlobal(selector: Selector): boolean {
  if (selector.kind === 'not') return mentionsGlobal(selector.of)
  if (selector.kind === 'and' || selector.kind === 'or') return selector.of.some(mentionsGlobal)
  return selector.kind === 'global()'
}
