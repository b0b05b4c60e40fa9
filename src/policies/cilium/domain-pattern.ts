import { toName } from '../destination-name.ts'

const nameForm = /^[-a-zA-Z0-9_.]{1,255}$/
const patternForm = /^[-a-zA-Z0-9_.*]{1,255}$/

export const isDomainName = (text: string): boolean => nameForm.test(text)
export const isDomainPattern = (text: string): boolean => patternForm.test(text)

/** Names compare without case, and a dot behind them makes no difference. */
const plain = (text: string): string => text.toLowerCase().replace(/\.$/, '')

/** Whether a pattern takes in every name. */
const isEveryName = (pattern: string): boolean => /^\*{1,2}\.?$/.test(pattern)

/** `**.` in front takes one label or more, since 1.19; before, and anywhere else, `*` stays within one label. */
const isDeep = (pattern: string): boolean => /^\*\*\.[^*]+$/.test(pattern)

/** The names a pattern or a literal name stands for, as the condition on connections to them. */
export function nameCondition(text: string, since119: boolean): string {
  const pattern = plain(text)
  if (isEveryName(pattern)) return toName('*')
  if (isDeep(pattern) && since119) return toName(pattern.slice(1))
  const single = pattern.replace(/^\*\*\./, '*.')
  return toName(single.includes('*') ? `${single} (one level)` : single)
}

/** Names of a rule for queries: the same forms, on what pods may ask for. */
export const queryCondition = (text: string, since119: boolean): string =>
  nameCondition(text, since119).replace(/^to /, 'query ')
