import { describe, expect, it } from 'vitest'
import { renderText } from '../../src/report/text.ts'
import { internetEgress, quietReport, shopReport } from './shop.ts'

const plain = { colour: false, width: 80 }

describe('the report for terminals', () => {
  it('begins with the verdict', () => {
    expect(renderText(shopReport, plain).split('\n')[0]).toBe('Portcullis: blocked, 3 errors, 1 warning')
    expect(renderText(quietReport, plain).split('\n')[0]).toBe('Portcullis: no change of exposure')
  })

  it('holds no control character of the repository, in colour or not', () => {
    expect(renderText(shopReport, plain)).not.toMatch(/[^\P{Cc}\n]/u)
    const coloured = renderText(shopReport, { colour: true, width: 80 })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours this report may use.
    expect(coloured.replace(/\u001B\[(?:0|2|(?:1|31|32|33|36)(?:;1)?)m/g, '')).toBe(renderText(shopReport, plain))
  })

  it('writes no workflow command', () => {
    for (const width of [40, 60, 80, 100, 120, 200]) {
      const text = renderText(shopReport, { colour: false, width })
      expect(text).not.toContain('##[')
      for (const line of text.split('\n')) expect(line.trim().startsWith('::')).toBe(false)
    }
  })

  it('keeps sentences within the width', () => {
    const report = { ...shopReport, findings: [internetEgress], clusters: [], gaps: [], coverage: quietReport.coverage }
    for (const line of renderText(report, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('shows only the metrics that changed', () => {
    const text = renderText(shopReport, plain)
    expect(text).toContain('1 / 12 (8 %) → 5 / 12 (41 %)  +4')
    expect(text).not.toContain('Services reachable from any namespace')
  })
})
