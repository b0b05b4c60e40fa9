import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { annotate, printable } from '../../src/github/workflow-commands.ts'
import type { Annotation } from '../../src/report/annotations.ts'
import { parseCommand } from '../github-emulator/runner-log.ts'

function recorder() {
  const issued: { level: string; message: string; file: string | undefined }[] = []
  const issue = (level: string) => (message: string | Error, properties: { file?: string } | undefined) => {
    issued.push({ level, message: String(message), file: properties?.file })
  }
  return { issued, sink: { error: issue('error'), warning: issue('warning'), notice: issue('notice') } }
}

const opened: Annotation = {
  level: 'error',
  place: { path: 'k8s/checkout.yaml', line: 12, endLine: 12 },
  title: 'New access',
  message: 'payments can now reach checkout',
}

describe('annotations', () => {
  test('stop at what the runner keeps, level by level', () => {
    const { issued, sink } = recorder()
    const surplus = annotate([...Array<Annotation>(12).fill(opened), { ...opened, level: 'notice' }], sink)
    expect(surplus).toEqual({ error: 2, warning: 0, notice: 0 })
    expect(issued.map(({ level }) => level)).toEqual([...Array<string>(10).fill('error'), 'notice'])
  })

  test('carry their place and nothing that the runner obeys', () => {
    const { issued, sink } = recorder()
    annotate([{ ...opened, message: 'web\n::add-mask::checkout ##[error]no' }], sink)
    expect(issued).toEqual([
      { level: 'error', message: 'web :\u200b:add-mask:\u200b:checkout ##\u200b[error]no', file: 'k8s/checkout.yaml' },
    ])
  })
})

describe('printable text', () => {
  const pieces = fc.constantFrom('::', ':', '##[', '#', '[', ']', 'error', '\n', '\r', '\u2028', ' ', '\u0007', 'web')
  const hostile = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))

  test('never holds a command, on any of its lines', () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (text, keepLines) => {
        const lines = printable(text, { keepLines }).split('\n')
        expect(lines.map(parseCommand)).toEqual(lines.map(() => undefined))
        expect(printable(text)).not.toMatch(/[\n\r\u2028]/)
      }),
    )
  })
})
