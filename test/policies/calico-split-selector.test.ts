import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SERVICE_ACCOUNT } from '../../src/model/identity-labels.ts'
import { type LabelExpression, matchLabels } from '../../src/model/label-expression.ts'
import type { Labels, Truth } from '../../src/model/labels.ts'
import { NAME_LABEL } from '../../src/model/namespace-labels.ts'
import type { Accounts } from '../../src/policies/calico/accounts.ts'
import { parseSelector } from '../../src/policies/calico/parse-selector.ts'
import { expressionOf } from '../../src/policies/calico/selector-expression.ts'
import { splitSelector } from '../../src/policies/calico/split-selector.ts'
import type { PodSelector } from '../../src/policies/entry.ts'
import { syntheticSpan } from '../../src/source/span.ts'

type Values = Readonly<Record<string, string>>

const labelsOf = (values: Values): Labels => ({
  values: new Map(Object.entries(values).map(([key, value]) => [key, { value, span: syntheticSpan }])),
  unknownKeys: new Set(),
  complete: true,
})

function conditionOf(text: string): LabelExpression {
  const parsed = parseSelector(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`)
  return expressionOf(parsed.selector)
}

const nobody: Accounts = new Map()
const split = (text: string, accounts: Accounts = nobody, namespace?: string): readonly PodSelector[] =>
  splitSelector(conditionOf(text), namespace, () => accounts)

/** Whether any of the selectors takes a pod of a namespace. */
function takes(selectors: readonly PodSelector[], namespace: string, ofNamespace: Values, pod: Values): Truth {
  const truths = selectors.map(({ namespaces, labels }): Truth => {
    const scope =
      namespaces.kind === 'named'
        ? namespaces.name === namespace
          ? 'yes'
          : 'no'
        : matchLabels(namespaces.expression, labelsOf({ ...ofNamespace, [NAME_LABEL]: namespace }))
    const own = matchLabels(labels, labelsOf(pod))
    if (scope === 'no' || own === 'no') return 'no'
    return scope === 'yes' && own === 'yes' ? 'yes' : 'unknown'
  })
  return truths.includes('yes') ? 'yes' : truths.includes('unknown') ? 'unknown' : 'no'
}

describe('selectors of namespaces and pods that together take what a condition says', () => {
  const store = (pod: Values): [string, Values, Values] => ['store', { team: 'store' }, pod]
  const office = (pod: Values): [string, Values, Values] => ['office', { team: 'office' }, pod]
  test.each([
    ['projectcalico.org/namespace == "office"', office({}), 'yes'],
    ['projectcalico.org/namespace == "office"', store({}), 'no'],
    ['pcns.projectcalico.org/name == "store"', store({}), 'yes'],
    ['pcns.projectcalico.org/name == "store"', office({}), 'no'],
    ['projectcalico.org/serviceaccount == "till"', store({ [SERVICE_ACCOUNT]: 'till' }), 'yes'],
    ['projectcalico.org/serviceaccount == "till"', store({ [SERVICE_ACCOUNT]: 'desk' }), 'no'],
    ['pcsa.projectcalico.org/name == "till"', store({ [SERVICE_ACCOUNT]: 'till' }), 'yes'],
    ['projectcalico.org/orchestrator == "k8s"', store({}), 'yes'],
    ['projectcalico.org/orchestrator == "cni"', store({}), 'no'],
    ['!has(projectcalico.org/orchestrator)', store({}), 'no'],
    ['projectcalico.org/orchestrator == "cni" || app == "web"', store({ app: 'web' }), 'yes'],
    ['pcns.team == "office" || app == "web"', store({ app: 'web' }), 'yes'],
    ['pcns.team == "office" || app == "web"', store({ app: 'till' }), 'no'],
    ['!(pcns.team == "office" || app == "web")', office({ app: 'till' }), 'no'],
    ['!(pcns.team == "office" && app == "web")', office({ app: 'till' }), 'yes'],
  ] as const)('%s of %j: %s', (text, [namespace, ofNamespace, pod], expected) => {
    expect(takes(split(text), namespace, ofNamespace, pod)).toBe(expected)
  })

  const key = fc.constantFrom(
    'app',
    'tier',
    'pcns.team',
    'pcns.stage',
    'projectcalico.org/namespace',
    'projectcalico.org/orchestrator',
  )
  const leaf = fc
    .tuple(key, fc.constantFrom('== "a"', '!= "a"', 'in {"a", "k8s"}', 'not in {}', 'in {}'))
    .map(([found, rest]) => `${found} ${rest}`)
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.constant('all()'),
      tie('text').map((of) => `!(${of})`),
      fc
        .tuple(fc.array(tie('text'), { minLength: 2, maxLength: 3 }), fc.constantFrom(' && ', ' || '))
        .map(([of, sign]) => `(${of.join(sign)})`),
    ),
  }))
  const value = fc.constantFrom('a', 'b')
  const pods = fc.record({ app: value, tier: value }, { requiredKeys: [] })
  const namespaces = fc.record({ team: value, stage: value }, { requiredKeys: [] })

  test('whatever the condition, a pod is taken exactly where it holds', () => {
    const agree = fc.property(text, namespaces, pods, value, (written, ofNamespace, pod, name) => {
      fc.pre(written.length <= 1024)
      const seen = {
        ...pod,
        ...Object.fromEntries(Object.entries(ofNamespace).map(([label, found]) => [`pcns.${label}`, found])),
        'projectcalico.org/namespace': name,
        'projectcalico.org/orchestrator': 'k8s',
      }
      const truth = matchLabels(conditionOf(written), labelsOf(seen))
      expect(takes(split(written), name, ofNamespace, pod)).toBe(truth)
      expect(takes(split(written, nobody, name), name, ofNamespace, pod)).toBe(truth)
      expect(takes(split(written, nobody, 'elsewhere'), name, ofNamespace, pod)).toBe('no')
    })
    fc.assert(agree, { numRuns: 500, seed: 7 })
  })
})

describe('how many there are', () => {
  const either = (count: number): string =>
    Array.from({ length: count }, (_, index) => `(pcns.a${index} == "x" || b${index} == "y")`).join(' && ')

  test.each([
    ['what is about one thing is one', 'app == "web" || app == "till" || !has(tier)', 1],
    ['what is about two and needs both is one', 'app == "web" && pcns.team == "store"', 1],
    ['neighbours stay together', 'app == "web" || pcns.team == "store" || app == "till"', 2],
    ['what never holds is none', 'projectcalico.org/orchestrator != "k8s"', 0],
    ['six choices between two', either(6), 64],
    ['seven are too many to tell: it may be any pod', either(7), 1],
    ['seven within a choice as well', `app == "web" && (pcns.team == "store" || ${either(7)})`, 1],
  ])('%s', (_, text, count) => expect(split(text)).toHaveLength(count))

  test('what is too much to tell may be any pod of its namespace', () => {
    expect(takes(split(either(7)), 'office', {}, {})).toBe('unknown')
    expect(takes(split(either(7), nobody, 'store'), 'office', {}, {})).toBe('no')
    expect(takes(split(either(6)), 'office', {}, {})).toBe('no')
  })
})

describe('labels of accounts', () => {
  const accounts: Accounts = new Map([
    [
      'store',
      new Map([
        ['till', labelsOf({ trusted: 'yes' })],
        ['desk', labelsOf({ trusted: 'no' })],
      ]),
    ],
    ['office', new Map([['desk', labelsOf({ trusted: 'yes' })]])],
  ])
  const by = (account: string): Values => ({ app: 'web', [SERVICE_ACCOUNT]: account })
  test.each([
    ['pcsa.trusted == "yes"', 'store', 'till', 'yes'],
    ['pcsa.trusted == "yes"', 'store', 'desk', 'no'],
    ['pcsa.trusted == "yes"', 'office', 'desk', 'yes'],
    ['pcsa.trusted == "yes"', 'store', 'lamp', 'unknown'],
    ['pcsa.trusted == "yes"', 'lobby', 'till', 'unknown'],
    ['pcsa.trusted == "yes" && app == "web"', 'store', 'till', 'yes'],
    ['pcsa.trusted == "yes" && app == "till"', 'store', 'till', 'no'],
    ['pcsa.trusted == "yes" && app == "till"', 'lobby', 'till', 'no'],
    ['pcsa.trusted == "yes" || app == "web"', 'store', 'desk', 'yes'],
    ['!(pcsa.trusted == "yes")', 'store', 'desk', 'yes'],
    ['has(pcsa.trusted) && pcsa.trusted != "yes"', 'store', 'till', 'no'],
    ['pcsa.trusted == "yes" && pcns.team == "store"', 'store', 'till', 'yes'],
    ['pcsa.trusted == "yes" && pcns.team == "store"', 'office', 'desk', 'no'],
  ])('%s in %s by %s: %s', (text, namespace, account, expected) => {
    expect(takes(split(text, accounts), namespace, { team: namespace }, by(account))).toBe(expected)
  })

  test('where none is declared nobody knows them', () => {
    expect(takes(split('pcsa.trusted == "yes"'), 'store', {}, by('till'))).toBe('unknown')
  })

  test('too many of them are too much to tell', () => {
    const many: Accounts = new Map(Array.from({ length: 64 }, (_, index) => [`store-${index}`, new Map()]))
    expect(takes(split('pcsa.trusted == "yes" && app == "till"', many), 'lobby', {}, by('till'))).toBe('unknown')
  })
})
