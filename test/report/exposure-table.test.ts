import { expect, test } from 'vitest'
import type { ExposureChange } from '../../src/delta/exposure.ts'
import { isNews } from '../../src/report/exposure-table.ts'

const row = (metric: ExposureChange['metric'], ...gained: readonly string[]): ExposureChange => ({
  metric,
  base: 0,
  head: gained.length,
  total: undefined,
  gained: gained.map((name) => ({ name, detail: '' })),
  lost: [],
})

test('pairs are told where they say more than the Services do', () => {
  const services = row('cross-namespace-services', 'shop/web')
  const same = row('cross-namespace-pairs', 'shop/web ← ops')
  const more = row('cross-namespace-pairs', 'shop/web ← ops', 'shop/web ← lab')
  expect(isNews(same, [services, same])).toBe(false)
  expect(isNews(more, [services, more])).toBe(true)
  expect(isNews(services, [services, same])).toBe(true)
  expect(isNews(row('open-services'), [])).toBe(false)
})
