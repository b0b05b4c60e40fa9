import { expect, test } from 'vitest'
import { accessChange, policiesDiffer } from '../../src/delta/access-change.ts'
import type { Delta } from '../../src/delta/delta.ts'
import type { SideView } from '../../src/delta/side-view.ts'
import { analyse, policy, shop } from './shop-delta.ts'

const pods = (app: string, ...ingress: readonly string[]): string =>
  policy(app, `podSelector: {matchLabels: {app: ${app}}}\ningress: [${ingress.join(', ')}]`)
const from = (app: string): string => `{from: [{podSelector: {matchLabels: {app: ${app}}}}]}`
const closed = policy('closed', 'podSelector: {}')
const balancer =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n'
const till = (label: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: till, labels: {team: ${label}}}\n`
const unseen = policy('unseen', 'podSelector: {}', 'unseen')
const byTeam = pods('web', '{from: [{namespaceSelector: {matchLabels: {team: till}}}]}')

function changeOf(base: readonly string[], head: readonly string[]): string {
  const sideOf = (parts: readonly string[]) => ({ 'shop.yaml': [shop, ...parts].join('---\n') })
  const found = analyse(sideOf(base), sideOf(head))
  const [before, after] = [found.base as SideView, found.head as SideView]
  const words = policiesDiffer(before, after) ? ', policies differ' : ''
  return accessChange(before, after, found.delta as Delta) + words
}

test.each([
  { name: 'nothing differs', base: [closed], head: [closed], change: 'same' },
  { name: 'a policy closes pods', base: [], head: [closed], change: 'narrower, policies differ' },
  {
    name: 'a rule goes',
    base: [pods('web', from('checkout'), from('cart'))],
    head: [pods('web', from('cart'))],
    change: 'narrower, policies differ',
  },
  {
    name: 'a rule comes',
    base: [pods('web', from('cart'))],
    head: [pods('web', from('checkout'), from('cart'))],
    change: 'other, policies differ',
  },
  {
    name: 'one rule for another',
    base: [pods('web', from('checkout'))],
    head: [pods('web', from('cart'))],
    change: 'other, policies differ',
  },
  {
    name: 'the same twice',
    base: [pods('web', from('checkout'))],
    head: [pods('web', from('checkout'), from('checkout'))],
    change: 'same, policies differ',
  },
  { name: 'a way in that leads to open pods', base: [], head: [balancer], change: 'other' },
  { name: 'a way in that goes', base: [balancer], head: [], change: 'narrower' },
  {
    name: 'a policy closes pods and a balancer opens a way to others',
    base: [],
    head: [pods('checkout'), balancer],
    change: 'other, policies differ',
  },
  {
    name: 'a way in that policies keep shut',
    base: [closed],
    head: [closed, balancer],
    change: 'same',
  },
  {
    name: 'a namespace loses the label',
    base: [byTeam, till('till')],
    head: [byTeam, till('shop')],
    change: 'narrower',
  },
  {
    name: 'a namespace has a label nobody can tell: it may have lost or won it',
    base: [byTeam, till('"{{ a }}"')],
    head: [byTeam, till('"{{ b }}"')],
    change: 'other',
  },
  {
    name: 'a workload that comes with its own lock',
    base: [],
    head: [
      pods('bank'),
      'apiVersion: v1\nkind: Pod\nmetadata: {name: bank, namespace: shop, labels: {app: bank}}\nspec: {containers: [{name: bank}]}\n',
    ],
    change: 'other, policies differ',
  },
  { name: 'a namespace that comes', base: [], head: [till('shop')], change: 'other' },
  {
    name: 'a rule for namespaces nobody can tell goes',
    base: [pods('web', from('cart'), '{from: [{namespaceSelector: {matchLabels: {team: till}}}]}')],
    head: [pods('web', from('cart'))],
    change: 'narrower, policies differ',
  },
  {
    name: 'one rule for namespaces nobody can tell instead of another',
    base: [unseen, pods('web', '{from: [{namespaceSelector: {matchLabels: {team: till}}}]}')],
    head: [unseen, pods('web', '{from: [{namespaceSelector: {matchLabels: {team: shop}}}]}')],
    change: 'other, policies differ',
  },
  {
    name: 'a rule that cannot be read: the cluster may do anything with it',
    base: [pods('web', '{ports: [{port: 80, endPort: 70}]}')],
    head: [pods('web', '{ports: [{port: 80, endPort: 60}]}')],
    change: 'other, policies differ',
  },
])('$name: $change', ({ base, head, change }) => {
  expect(changeOf(base, head)).toBe(change)
})
