import { expect, test } from 'vitest'
import { peersIn } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import { reachOf, showProblems, storeWith, verdict } from './store.ts'

const template = '"{{ .Values.till }}"'
const ports = (item: string): string => `podSelector: {}\ningress: [{ports: [${item}]}]`
const peer = (item: string): string => `podSelector: {}\ningress: [{from: [${item}]}]`

test.each([
  { name: 'the spec', spec: 'podSelector: {}\nsign: open' },
  { name: 'a port', spec: ports('{port: 80, sign: open}') },
  { name: 'a peer', spec: peer('{podSelector: {}, sign: open}') },
  { name: 'an ipBlock', spec: peer('{ipBlock: {cidr: 192.0.2.0/24, sign: open}}') },
])('$name with a field that does not exist', ({ spec }) => {
  expect(showProblems(storeWith([spec]))).toEqual(['unknown-field at sign: open'])
})

test('a field of the object that does not exist', () => {
  const header = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: till, namespace: store}\n'
  expect(showProblems(storeWith([`${header}sign: open\nspec: {podSelector: {}}\n`]))).toEqual([
    'unknown-field at sign: open',
  ])
})

test.each([
  { name: 'a rule', spec: `podSelector: {}\ningress: [${template}]` },
  { name: 'an item of the ports', spec: ports(template) },
  { name: 'a port', spec: ports(`{port: ${template}}`) },
  { name: 'endPort', spec: ports(`{port: 80, endPort: ${template}}`) },
  { name: 'the ports', spec: `podSelector: {}\ningress: [{ports: ${template}}]` },
  { name: 'the peers', spec: `podSelector: {}\ningress: [{from: ${template}}]` },
  { name: 'a peer', spec: peer(template) },
  { name: 'an ipBlock', spec: peer(`{ipBlock: ${template}}`) },
  { name: 'a CIDR', spec: peer(`{ipBlock: {cidr: ${template}}}`) },
  { name: 'an exception', spec: peer(`{ipBlock: {cidr: 0.0.0.0/0, except: [${template}]}}`) },
])('$name that a template writes is unknown and not refused', ({ spec }) => {
  const built = storeWith([spec])
  expect(showProblems(built)).toEqual([`template-value at ${template}`])
  expect(verdict(reachOf(built), 'world → web TCP 85')).toBe('unknown')
  expect(new Set(built.input.entries.map(({ exists }) => exists))).toEqual(new Set(['yes']))
})

test.each([
  { port: '"8080"', quotes: true },
  { port: '"80-"', quotes: false },
  { port: '"-80"', quotes: false },
  { port: '65536', quotes: false },
  { port: 'Till', quotes: false },
  { port: '[80]', quotes: false },
])('port $port: whether taking the quotes away helps is told: $quotes', ({ port, quotes }) => {
  const [problem] = storeWith([ports(`{port: ${port}}`)]).diagnostics
  expect(problem?.code).toBe('port-invalid')
  expect(problem?.hint.startsWith('Remove the quotes.')).toBe(quotes)
})

test.each(['from', 'ports'])('%s that cannot be read stand where they are written', (list) => {
  const { entries } = storeWith([`podSelector: {}\ningress: [{${list}: ${template}}]`]).input
  const unread = entries.flatMap(({ peers }) => [...peersIn(peers)])
  expect(unread.map(({ kind, span }) => `${kind} at ${textOf(span)}`)).toEqual([
    `unreadable at ${list === 'from' ? template : `{ports: ${template}}`}`,
  ])
})
