import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { expressionKey, type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { ClassBuilder } from '../../src/reach/class-builder.ts'
import { labelCells } from '../../src/reach/label-space.ts'
import { PodIndex } from '../../src/reach/pod-index.ts'
import type { PeerClass } from '../../src/reach/universe.ts'

const app = (...values: readonly string[]): LabelExpression => requirement('app', 'In', values)
const live = requirement('stage', 'In', ['live'])
const all = (...of: readonly LabelExpression[]): LabelExpression => ({ kind: 'all', of })
const any = (...of: readonly LabelExpression[]): LabelExpression => ({ kind: 'any', of })

const pod = (name: string, labels: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {${labels}}}\nspec: {containers: [{name: main, image: shop}]}`

const shop = [
  pod('web', 'app: web, stage: live'),
  pod('till', 'app: till, stage: trial'),
  pod('kiosk', 'app: till, stage: live'),
  pod('ledger', 'app: "{{ .Values.app }}"'),
  pod('cron', 'job: nightly'),
]

/** What selectors ask of the pods of the shop. */
const asked = [app('web'), app('web', 'till'), live, all(app('web'), live)]

function shopClasses(): readonly PeerClass[] {
  const { resources } = parseManifests({ path: 'shop.yaml', text: shop.join('\n---\n') })
  const { workloads } = buildCluster({ name: 'shop', open: false, profile: defaultProfile, resources })
  const builder = new ClassBuilder()
  for (const cell of labelCells(new Map(), asked).cells) builder.addCell('shop', cell)
  const pairs = workloads.map((workload) => ({ base: undefined, head: workload }))
  builder.addWorkloads('shop', pairs, asked)
  return builder.build({ base: new Map(), head: new Map() }, new Map(), 0).byNamespace.get('shop') ?? []
}

function shopIndex() {
  const classes = shopClasses()
  return { classes, unseen: classes.filter(({ kind }) => kind === 'cell'), index: new PodIndex(classes, 'head') }
}

const namesOf = (found: readonly PeerClass[]): string[] =>
  found.flatMap((one) => (one.kind === 'workloads' ? one.members.map(({ head }) => head?.id.name ?? '-') : []))

describe('classes a selector may match', () => {
  test.each<{ name: string; selector: LabelExpression; pods: readonly string[] }>([
    { name: 'one value', selector: app('web'), pods: ['web', 'ledger'] },
    { name: 'one of two values', selector: app('web', 'till'), pods: ['till', 'kiosk', 'web', 'ledger'] },
    { name: 'a value that no pod has', selector: app('press'), pods: ['ledger'] },
    { name: 'a key that no pod has', selector: requirement('zone', 'In', ['north']), pods: [] },
    {
      name: 'a key and a value',
      selector: all(requirement('stage', 'Exists'), app('till')),
      pods: ['till', 'kiosk', 'ledger'],
    },
    { name: 'a conjunction within another', selector: all(all(app('till'))), pods: ['till', 'kiosk', 'ledger'] },
  ])('$name: pods that may have it', ({ selector, pods }) => {
    expect(namesOf(shopIndex().index.candidates(selector))).toEqual(pods)
  })

  test.each<{ name: string; selector: LabelExpression }>([
    { name: 'everything', selector: all() },
    { name: 'any value but one', selector: requirement('app', 'NotIn', ['web']) },
    { name: 'a key', selector: requirement('app', 'Exists') },
    { name: 'a negation', selector: { kind: 'not', of: app('web') } },
    { name: 'a choice of values', selector: any(app('web'), app('till')) },
    { name: 'a conjunction of what no value is needed for', selector: all(requirement('app', 'Exists')) },
  ])('$name: all of them', ({ selector }) => {
    const { index, classes } = shopIndex()
    expect(index.candidates(selector)).toBe(classes)
  })

  test.each(asked.map((selector) => ({ name: expressionKey(selector), selector })))(
    '$name was asked of unseen pods: those that match and no others',
    ({ selector }) => {
      const { index, unseen } = shopIndex()
      const found = index.candidates(selector).filter(({ kind }) => kind === 'cell')
      const matching = unseen.filter((cell) => cell.kind === 'cell' && cell.pods.truths.get(expressionKey(selector)))
      expect(matching.length).toBeGreaterThan(0)
      expect(found).toEqual(matching)
    },
  )

  test('what was not asked of unseen pods may match any of them', () => {
    const { index, unseen } = shopIndex()
    expect(index.candidates(app('press')).filter(({ kind }) => kind === 'cell')).toEqual(unseen)
  })
})
