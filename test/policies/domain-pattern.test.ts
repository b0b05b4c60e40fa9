import { expect, test } from 'vitest'
import {
  isDomainName,
  isDomainPattern,
  nameCondition,
  queryCondition,
} from '../../src/policies/cilium/domain-pattern.ts'

test.each([
  { text: 'bank.example', name: true, pattern: true },
  { text: 'Bank_2.example.', name: true, pattern: true },
  { text: '*.bank.example', name: false, pattern: true },
  { text: '-', name: true, pattern: true },
  { text: '', name: false, pattern: false },
  { text: 'bank?.example', name: false, pattern: false },
  { text: '?bank', name: false, pattern: false },
  { text: 'a'.repeat(255), name: true, pattern: true },
  { text: 'a'.repeat(256), name: false, pattern: false },
])('$text is a name: $name, and a pattern: $pattern', ({ text, name, pattern }) => {
  expect(isDomainName(text)).toBe(name)
  expect(isDomainPattern(text)).toBe(pattern)
})

test.each([
  { text: 'Bank.Example.', since119: 'to bank.example', before: 'to bank.example' },
  { text: '*', since119: 'to *', before: 'to *' },
  { text: '**', since119: 'to *', before: 'to *' },
  { text: '*.', since119: 'to *', before: 'to *' },
  { text: '***', since119: 'to *** (one level)', before: 'to *** (one level)' },
  { text: '*.bank.example', since119: 'to *.bank.example (one level)', before: 'to *.bank.example (one level)' },
  { text: '**.bank.example', since119: 'to *.bank.example', before: 'to *.bank.example (one level)' },
  { text: '**.*.example', since119: 'to *.*.example (one level)', before: 'to *.*.example (one level)' },
  { text: 'a**.example', since119: 'to a**.example (one level)', before: 'to a**.example (one level)' },
  { text: 'a.**.example', since119: 'to a.**.example (one level)', before: 'to a.**.example (one level)' },
])('$text: $since119 since 1.19, $before before', ({ text, since119, before }) => {
  expect(nameCondition(text, true)).toBe(since119)
  expect(nameCondition(text, false)).toBe(before)
})

test('what pods may ask for has the same forms', () => {
  expect(queryCondition('**.bank.example', true)).toBe('query *.bank.example')
  expect(queryCondition('*', false)).toBe('query *')
})
