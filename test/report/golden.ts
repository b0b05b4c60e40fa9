import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, 'golden')

/** Compares with a golden file; `UPDATE_GOLDEN=1` writes it anew. */
export function expectGolden(name: string, content: string): void {
  const path = join(folder, name)
  if (process.env.UPDATE_GOLDEN !== undefined) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  expect(existsSync(path), `${name} exists; UPDATE_GOLDEN=1 writes it`).toBe(true)
  expect(content).toBe(readFileSync(path, 'utf8'))
}
