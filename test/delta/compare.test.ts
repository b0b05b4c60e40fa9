import { describe, expect, test } from 'vitest'
import { deltaOf, type Manifests, policy, shop, showCause } from './shop-delta.ts'

const webOnly = policy(
  'checkout',
  `
podSelector:
  matchLabels: {app: checkout}
ingress:
  - from:
      - podSelector:
          matchLabels: {app: web}
    ports:
      - port: http
`,
)
const denyAll = policy('default', 'podSelector: {}\npolicyTypes: [Ingress]')

interface Story {
  readonly name: string
  readonly base: Manifests
  readonly head: Manifests
  readonly sentences: readonly string[]
  readonly causes: readonly string[]
}

const edit = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`${from} is not in the text`)
  return text.replace(from, to)
}

const stories: readonly Story[] = [
  {
    name: 'a further peer opens a door',
    base: { 'shop.yaml': shop, 'checkout.yaml': webOnly },
    head: {
      'shop.yaml': shop,
      'checkout.yaml': edit(
        webOnly,
        '      ports:',
        '        - namespaceSelector:\n            matchLabels: {team: ops}\n      ports:',
      ),
    },
    sentences: ['any pod in namespaces team=ops can now reach shop/checkout on TCP 8081'],
    causes: ['head checkout.yaml:13 NetworkPolicy shop/checkout: ingress rule 1, from item 2 was added'],
  },
  {
    name: 'dropping from opens to everybody',
    base: { 'shop.yaml': shop, 'checkout.yaml': webOnly },
    head: {
      'shop.yaml': shop,
      'checkout.yaml': edit(
        webOnly,
        '  - from:\n        - podSelector:\n            matchLabels: {app: web}\n      ports:',
        '  - ports:',
      ),
    },
    sentences: ['anybody but shop/web can now reach shop/checkout on TCP 8081'],
    causes: ['base checkout.yaml:10 NetworkPolicy shop/checkout: ingress rule 1, from was removed'],
  },
  {
    name: 'a dash too many in ports opens every TCP port',
    base: { 'shop.yaml': shop, 'checkout.yaml': edit(webOnly, 'port: http', 'port: 8081\n          protocol: TCP') },
    head: { 'shop.yaml': shop, 'checkout.yaml': edit(webOnly, 'port: http', 'port: 8081\n        - protocol: TCP') },
    sentences: ['access from shop/web to shop/checkout grew from TCP 8081 to every TCP port'],
    causes: ['head checkout.yaml:15 NetworkPolicy shop/checkout: ingress rule 1, ports item 2 was added'],
  },
  {
    name: 'a dash less joins two peers and closes',
    base: {
      'shop.yaml': shop,
      'checkout.yaml': edit(
        webOnly,
        '        - podSelector:',
        '        - namespaceSelector: {}\n        - podSelector:',
      ),
    },
    head: {
      'shop.yaml': shop,
      'checkout.yaml': edit(
        webOnly,
        '        - podSelector:',
        '        - namespaceSelector: {}\n          podSelector:',
      ),
    },
    sentences: [
      'any pod in any namespace but pods app=web in any namespace can no longer reach shop/checkout (it was TCP 8081)',
    ],
    causes: ['head checkout.yaml:12 NetworkPolicy shop/checkout: ingress rule 1, from item 1, podSelector was added'],
  },
  {
    name: '148. a deleted policy file ends the isolation',
    base: { 'shop.yaml': shop, 'default.yaml': denyAll },
    head: { 'shop.yaml': shop },
    sentences: ['anybody can now reach any pod in shop on every port'],
    causes: ['base default.yaml:4 NetworkPolicy shop/default was removed'],
  },
  {
    name: 'a new default deny closes',
    base: { 'shop.yaml': shop },
    head: { 'shop.yaml': shop, 'default.yaml': denyAll },
    sentences: ['anybody can no longer reach any pod in shop (it was every port)'],
    causes: ['head default.yaml:4 NetworkPolicy shop/default was added'],
  },
  {
    name: 'a pod label takes a workload out of its policy',
    base: { 'shop.yaml': shop, 'checkout.yaml': webOnly },
    head: { 'shop.yaml': edit(shop, 'labels: {app: checkout}', 'labels: {app: till}'), 'checkout.yaml': webOnly },
    sentences: ['shop/checkout'],
    causes: ['head shop.yaml:28 Deployment shop/checkout: label app changed'],
  },
  {
    name: '35. a namespace label lets a namespace in',
    base: {
      'shop.yaml': edit(shop, 'labels: {team: ops}', 'labels: {team: tools}'),
      'checkout.yaml': edit(
        webOnly,
        'podSelector:\n            matchLabels: {app: web}',
        'namespaceSelector:\n            matchLabels: {team: ops}',
      ),
    },
    head: {
      'shop.yaml': shop,
      'checkout.yaml': edit(
        webOnly,
        'podSelector:\n            matchLabels: {app: web}',
        'namespaceSelector:\n            matchLabels: {team: ops}',
      ),
    },
    sentences: ['any pod in ops can now reach shop/checkout on TCP 8081'],
    causes: ['head shop.yaml:8 Namespace ops: label team changed'],
  },
  {
    name: '151. a renamed container port cuts traffic although no policy changed',
    base: { 'shop.yaml': shop, 'checkout.yaml': webOnly },
    head: {
      'shop.yaml': edit(shop, '{name: http, containerPort: 8081}', '{name: web, containerPort: 8081}'),
      'checkout.yaml': webOnly,
    },
    sentences: ['shop/web can no longer reach shop/checkout (it was TCP 8081)'],
    causes: ['head shop.yaml:32 Deployment shop/checkout: ports.name changed'],
  },
  {
    name: 'host networking takes a pod out of its policies',
    base: { 'shop.yaml': shop, 'checkout.yaml': webOnly },
    head: {
      'shop.yaml': edit(
        shop,
        '      containers:\n        - name: checkout',
        '      hostNetwork: true\n      containers:\n        - name: checkout',
      ),
      'checkout.yaml': webOnly,
    },
    sentences: ['shop/checkout on every port'],
    causes: ['hostNetwork was added'],
  },
]

describe('what a change does, and which line did it', () => {
  test.each(stories)('$name', ({ base, head, sentences, causes }) => {
    const delta = deltaOf(base, head)
    const told = delta.sentences.map(({ text }) => text)
    const found = [...new Set(delta.sentences.flatMap((sentence) => sentence.causes.map(showCause)))]
    for (const sentence of sentences) expect(told.join('\n')).toContain(sentence)
    for (const cause of causes) expect(found.join('\n')).toContain(cause)
    expect(found.length).toBeLessThanOrEqual(causes.length + 1)
  })

  test.each(stories)('and back again: $name', ({ base, head }) => {
    const forth = deltaOf(base, head)
    const back = deltaOf(head, base)
    const amounts = (kind: 'gained' | 'lost', of: typeof forth): string[] =>
      of.changes
        .filter(({ certainty }) => certainty === 'certain')
        .flatMap((change) => (change[kind].isEmpty ? [] : [change[kind].show()]))
        .sort()
    expect([...new Set(amounts('lost', back))]).toEqual([...new Set(amounts('gained', forth))])
    expect([...new Set(amounts('gained', back))]).toEqual([...new Set(amounts('lost', forth))])
  })

  test.each(stories)('nothing changes against itself: $name', ({ base, head }) => {
    expect(deltaOf(base, { ...base }).changes).toEqual([])
    expect(deltaOf(head, { ...head }).changes).toEqual([])
  })
})

describe('what is not a change', () => {
  test('comments, order of keys and quotes', () => {
    const rewritten = `# the till\n${edit(webOnly, '{app: checkout}', '{"app": "checkout"}')}`
    expect(
      deltaOf({ 'shop.yaml': shop, 'checkout.yaml': webOnly }, { 'shop.yaml': shop, 'checkout.yaml': rewritten })
        .changes,
    ).toEqual([])
  })

  test('moving a policy to another file', () => {
    const base = { 'shop.yaml': shop, 'checkout.yaml': webOnly }
    expect(deltaOf(base, { 'all.yaml': `${shop}---\n${webOnly}` }).changes).toEqual([])
  })

  test('147. splitting a policy in two', () => {
    const rule = (app: string): string => `  - from:\n      - podSelector:\n          matchLabels: {app: ${app}}\n`
    const spec = (rules: string): string => `podSelector:\n  matchLabels: {app: checkout}\ningress:\n${rules}`
    const one = policy('checkout', spec(rule('web') + rule('cart')))
    const two = `${policy('checkout', spec(rule('web')))}---\n${policy('checkout-cart', spec(rule('cart')))}`
    expect(deltaOf({ 'shop.yaml': shop, 'p.yaml': one }, { 'shop.yaml': shop, 'p.yaml': two }).changes).toEqual([])
  })

  test('a new workload that any new pod could have been', () => {
    const till = shop.replace('name: checkout, namespace: shop', 'name: till, namespace: shop').split('---')[3] ?? ''
    const delta = deltaOf(
      { 'shop.yaml': shop, 'default.yaml': denyAll },
      { 'shop.yaml': shop, 'default.yaml': denyAll, 'till.yaml': till.replaceAll('checkout', 'till') },
    )
    expect(delta.changes).toEqual([])
    expect(delta.addedWorkloads.map(({ head }) => head?.id.name)).toEqual(['till'])
  })
})

describe('what head brings along', () => {
  const billing = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: billing}\n'
  const ledger =
    shop.split('---')[3]?.replaceAll('checkout', 'ledger').replace('namespace: shop', 'namespace: billing') ?? ''
  const closed = policy('default', 'podSelector: {}\npolicyTypes: [Ingress, Egress]', 'billing')

  test('a namespace that is born closed takes nothing from anybody', () => {
    const head = { 'shop.yaml': shop, 'billing.yaml': `${billing}---${ledger}---\n${closed}` }
    expect(deltaOf({ 'shop.yaml': shop }, head).sentences.map(({ text }) => text)).toEqual([])
  })

  test('a policy for a namespace that is only mentioned does close it', () => {
    const told = deltaOf({ 'shop.yaml': shop }, { 'shop.yaml': shop, 'billing.yaml': closed }).sentences
    expect(told.map(({ text }) => text).join('\n')).toContain('any pod in billing')
  })

  test('what is opened to it is a gain', () => {
    const open = policy(
      'checkout',
      'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {}}]}]',
    )
    const wide = open.replace(
      'podSelector: {}}]',
      'namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: billing}}}]',
    )
    const head = { 'shop.yaml': shop, 'p.yaml': wide, 'billing.yaml': `${billing}---${ledger}` }
    const told = deltaOf({ 'shop.yaml': shop, 'p.yaml': open }, head).sentences.map(({ text }) => text)
    expect(told.join('\n')).toContain('any pod in billing can now reach shop/checkout')
  })
})

describe('what only may have changed', () => {
  test('an ipBlock of everything may speak of pods', () => {
    const block = policy(
      'web',
      'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]',
    )
    const none = policy('web', 'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]')
    const delta = deltaOf(
      { 'shop.yaml': shop, 'web.yaml': none },
      { 'shop.yaml': shop, 'web.yaml': block },
      { ipBlockMatchesPods: 'unknown' },
    )
    const certain = delta.sentences.filter(({ certainty }) => certainty === 'certain')
    expect(certain.map(({ text }) => text)).toEqual(['shop/web can now reach every IPv4 address on every port'])
    expect(
      delta.sentences.some(
        ({ certainty, text }) => certainty === 'possible' && text.includes('may now be able to reach'),
      ),
    ).toBe(true)
  })

  test('declaring a namespace that base only mentions clarifies and changes nothing', () => {
    const declared = edit(
      shop,
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: ops, labels: {team: ops}}\n---\n',
      '',
    )
    const open = policy(
      'checkout',
      'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]',
    )
    const delta = deltaOf({ 'shop.yaml': declared, 'p.yaml': open }, { 'shop.yaml': shop, 'p.yaml': open })
    expect(delta.changes.filter(({ certainty }) => certainty === 'certain')).toEqual([])
  })
})
