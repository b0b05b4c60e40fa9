import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { renderExposureDelta } from '../../src/report/exposure-delta.ts'
import { jsonReport, renderJson } from '../../src/report/json.ts'
import { reportJsonSchema } from '../../src/report/json-schema.ts'
import { reportShape } from '../../src/report/json-shape.ts'
import { syntheticSpan } from '../../src/source/span.ts'
import { hostileName, internetEgress, onHead, quietReport, shopReport } from './shop.ts'

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(reportJsonSchema())

describe('the JSON report', () => {
  it.each([
    ['of a pull request', shopReport],
    ['without findings', quietReport],
  ])('%s follows its published schema and shape', (_name, report) => {
    const value: unknown = JSON.parse(renderJson(report))
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
    expect(reportShape.parse(value)).toEqual(jsonReport(report))
  })

  it('is refused by the schema when a required part is missing', () => {
    const { outcome: _outcome, ...rest } = jsonReport(shopReport)
    expect(validate(rest)).toBe(false)
  })

  it('lets later minor versions add, as its schema promises', () => {
    expect(validate({ ...jsonReport(shopReport), schemaVersion: '1.7', later: true })).toBe(true)
    expect(validate({ ...jsonReport(shopReport), schemaVersion: '2.0' })).toBe(false)
  })

  it('counts lines and columns from 1 and keeps names as they are', () => {
    const { findings } = jsonReport({ ...shopReport, findings: [internetEgress] })
    expect(findings[0]?.at).toEqual({
      side: 'head',
      path: 'deploy/web.yaml',
      start: { line: 14, column: 19 },
      end: { line: 14, column: 28 },
    })
    expect(renderJson(shopReport)).toContain(JSON.stringify(hostileName).slice(1, -1))
  })

  it('gives no place to what nobody wrote', () => {
    const finding = { ...internetEgress, at: onHead(syntheticSpan) }
    expect(jsonReport({ ...shopReport, findings: [finding] }).findings[0]?.at).toBeNull()
  })
})

describe('the exposure delta', () => {
  it('is one line that holds what changed and nothing else', () => {
    const text = renderExposureDelta(shopReport)
    expect(text).not.toContain('\n')
    expect(JSON.parse(text)).toMatchObject({
      schemaVersion: '1.1',
      outcome: 'fail',
      clusters: [
        {
          name: 'prod',
          exposure: [
            { metric: 'internet-services', delta: 1 },
            { metric: 'internet-egress-any', delta: 4 },
            { metric: 'isolated-ingress', delta: -1 },
          ],
        },
        { name: 'staging', exposure: [] },
      ],
      opened: [{ clusters: ['prod', 'staging'] }],
    })
  })
})
