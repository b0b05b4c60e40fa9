import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { type EntryUse, evaluateRow, isCertain } from '../../src/reach/evaluate.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { MemberSet } from '../../src/sets/member-set.ts'
import { portRange } from '../../src/sets/port-set.ts'
import { syntheticSpan } from '../../src/source/span.ts'

const everyone = MemberSet.all(2)
const [till, guest] = [0, 1]
const http = ConnectionSet.of('TCP', portRange(80))

interface Part {
  readonly tier?: number
  readonly order?: readonly number[]
  readonly verdict?: PolicyEntry['verdict']
  readonly layer?: PolicyEntry['layer']
  readonly isolates?: boolean
  readonly applies?: EntryUse['applies']
  readonly peers?: readonly number[]
  /** Peers that match for certain, where that is fewer. */
  readonly certain?: readonly number[]
  /** Name of its policy; parts without one are each of a policy of their own. */
  readonly policy?: keyof typeof policies
}

const policyCalled = (name: string) => ({ group: '', kind: 'Policy', namespace: 'shop', name })
const policies = { counter: policyCalled('counter'), door: policyCalled('door') }

function use({
  tier = 0,
  order = [],
  verdict = 'allow',
  layer = 'network',
  isolates = false,
  applies = 'yes',
  peers = [],
  certain = peers,
  policy,
}: Part): EntryUse {
  const entry: PolicyEntry = {
    origin: {
      policy: policy === undefined ? policyCalled('p') : policies[policy],
      rule: 'rule',
      index: 0,
      span: syntheticSpan,
      ports: [],
    },
    layer,
    direction: 'ingress',
    tier,
    order,
    subject: { target: 'pods', namespaces: { kind: 'named', name: 'shop' }, labels: { kind: 'all', of: [] } },
    peers: 'any',
    connections: http,
    verdict,
    isolates,
    exists: 'yes',
    effect: 'exact',
  }
  const blocks = (members: readonly number[]) =>
    members.length === 0 ? [] : [{ peers: MemberSet.of(members), connections: http }]
  const may = blocks(peers)
  return { entry, applies, must: certain === peers ? may : blocks(certain), may }
}

function answers(parts: readonly Part[], peer: number): string {
  const uses = parts.map(use)
  const has = (bound: 'must' | 'may'): boolean =>
    connectionsWith(evaluateRow(uses, { everyone, exempt: MemberSet.none, free: MemberSet.none }, bound), peer).has(
      'TCP',
      80,
    )
  if (has('must')) return 'allow'
  return has('may') ? 'unknown' : 'deny'
}

const closed: Part = { tier: 5, isolates: true }

/** So many policies, one behind the other, that pass the guest on. */
const passes = (count: number, part: Part): Part[] =>
  Array.from({ length: count }, (_, index) => ({ order: [index], verdict: 'pass', peers: [guest], ...part }))

const cases: readonly {
  readonly name: string
  readonly parts: readonly Part[]
  readonly till: string
  readonly guest: string
}[] = [
  { name: 'no entry: everything is allowed', parts: [], till: 'allow', guest: 'allow' },
  {
    name: 'isolation denies what nothing allows',
    parts: [closed, { tier: 5, peers: [till] }],
    till: 'allow',
    guest: 'deny',
  },
  {
    name: 'a deny of an earlier tier wins',
    parts: [{ verdict: 'deny', peers: [till] }, closed, { tier: 5, peers: [till, guest] }],
    till: 'deny',
    guest: 'allow',
  },
  { name: 'an allow of an earlier tier wins', parts: [{ peers: [guest] }, closed], till: 'deny', guest: 'allow' },
  {
    name: 'within a tier the order decides',
    parts: [
      { order: [2], verdict: 'deny', peers: [till] },
      { order: [1], peers: [till] },
    ],
    till: 'allow',
    guest: 'allow',
  },
  {
    name: 'pass hands on to the next tier',
    parts: [
      { order: [1], verdict: 'pass', peers: [till] },
      { order: [2], verdict: 'deny', peers: [till, guest] },
    ],
    till: 'allow',
    guest: 'deny',
  },
  {
    name: 'pass of an isolating tier leaves its part undecided',
    parts: [
      { verdict: 'pass', peers: [till], isolates: true },
      { tier: 9, verdict: 'deny', peers: [guest] },
    ],
    till: 'allow',
    guest: 'deny',
  },
  {
    name: 'a tie between allow and deny is unknown',
    parts: [{ peers: [till] }, { verdict: 'deny', peers: [till] }],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'an allow that may not match widens may alone',
    parts: [closed, { tier: 5, peers: [till], certain: [] }],
    till: 'unknown',
    guest: 'deny',
  },
  {
    name: 'a deny that may not match shrinks must alone',
    parts: [{ verdict: 'deny', peers: [till], certain: [] }],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'isolation that may not apply',
    parts: [{ ...closed, applies: 'unknown' }],
    till: 'unknown',
    guest: 'unknown',
  },
  {
    name: 'an uncertain pass is followed both ways',
    parts: [
      { order: [1], verdict: 'pass', peers: [till], certain: [] },
      { order: [2], verdict: 'deny', peers: [till] },
    ],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'a pass that may not match may hide the allow behind it',
    parts: [{ order: [1], verdict: 'pass', peers: [till], certain: [] }, { order: [2], peers: [till, guest] }, closed],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'a pass of a policy that may not apply may hide the allow behind it',
    parts: [
      { order: [1], verdict: 'pass', peers: [till], applies: 'unknown' },
      { order: [2], peers: [till, guest] },
      closed,
    ],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'a pass that certainly matches one peer is certain for that one',
    parts: [
      { order: [1], verdict: 'pass', peers: [till, guest], certain: [till] },
      { order: [2], verdict: 'deny', peers: [till, guest] },
    ],
    till: 'allow',
    guest: 'unknown',
  },
  {
    name: 'a policy without an order may come behind one that has an order',
    parts: [{ peers: [till] }, { order: [1], verdict: 'deny', peers: [till] }],
    till: 'unknown',
    guest: 'allow',
  },
  {
    name: 'an allow of a policy that may not apply',
    parts: [closed, { tier: 5, peers: [till], applies: 'unknown' }],
    till: 'unknown',
    guest: 'deny',
  },
  { name: 'six uncertain passes are followed', parts: passes(6, { certain: [] }), till: 'allow', guest: 'allow' },
  {
    name: 'beyond six uncertain passes nothing is known',
    parts: [...passes(7, { certain: [] }), { tier: 5, verdict: 'deny', peers: [till] }],
    till: 'unknown',
    guest: 'unknown',
  },
  { name: 'any number of certain passes is followed', parts: passes(7, {}), till: 'allow', guest: 'allow' },
  {
    name: 'every layer has to allow',
    parts: [
      { peers: [till, guest], isolates: true },
      { layer: 'mesh', isolates: true, peers: [till] },
    ],
    till: 'allow',
    guest: 'deny',
  },
]

test.each(cases)('$name', ({ parts, till: forTill, guest: forGuest }) => {
  expect([answers(parts, till), answers(parts, guest)]).toEqual([forTill, forGuest])
  expect([answers(parts.toReversed(), till), answers(parts.toReversed(), guest)]).toEqual([forTill, forGuest])
})

describe('whether both bounds give one row', () => {
  const denies: Part = { verdict: 'deny', peers: [till] }
  const certain: readonly { readonly name: string; readonly parts: readonly Part[] }[] = [
    { name: 'policies that only allow, whatever their order', parts: [closed, { tier: 5, peers: [till] }] },
    {
      name: 'rules of one policy',
      parts: [
        { ...denies, policy: 'counter' },
        { peers: [guest], policy: 'counter' },
      ],
    },
    {
      name: 'policies of different orders',
      parts: [
        { ...denies, order: [1] },
        { peers: [till], order: [2] },
      ],
    },
    {
      name: 'policies of different tiers',
      parts: [denies, { tier: 5, peers: [till] }],
    },
  ]
  test.each(certain)('$name: certain', ({ parts }) => {
    expect(isCertain(parts.map(use))).toBe(true)
  })

  const uncertain: typeof certain = [
    { name: 'a policy that may not apply', parts: [{ peers: [till], applies: 'unknown' }] },
    { name: 'a peer that may not match', parts: [{ peers: [till, guest], certain: [till] }] },
    { name: 'a certain policy beside one that may not apply', parts: [closed, { ...closed, applies: 'unknown' }] },
    {
      name: 'two policies without an order',
      parts: [
        { ...denies, policy: 'counter' },
        { peers: [till], policy: 'door' },
      ],
    },
    { name: 'a policy without an order beside one with', parts: [denies, { peers: [till], order: [1] }] },
    {
      name: 'two policies of one order behind another',
      parts: [
        { ...denies, order: [1] },
        { ...denies, order: [2] },
        { peers: [till], order: [2] },
      ],
    },
    {
      name: 'a tie in one tier of several',
      parts: [{ tier: 1, ...denies }, { tier: 2, ...denies }, { tier: 2, peers: [till] }, closed],
    },
  ]
  test.each(uncertain)('$name: not certain', ({ parts }) => {
    expect(isCertain(parts.map(use))).toBe(false)
  })
})
