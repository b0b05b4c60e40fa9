import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { type Expectation, expectation } from './expectation.ts'
import { groupOf } from './profiles.ts'

/** A folder with an expectation and the manifests it speaks of. */
export interface Case {
  readonly group: string
  /** Path below the group's folder. */
  readonly name: string
  readonly folder: string
  readonly expected: Expectation
}

/** Every case below a folder, in order of its path. */
export function findCases(folder: string): Case[] {
  return foldersWithExpectation(resolve(folder)).map(readCase)
}

function foldersWithExpectation(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (entries.some((entry) => entry.name === 'expected.json')) return [folder]
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersWithExpectation(join(folder, entry.name)))
}

function readCase(folder: string): Case {
  const group = groupOf(folder)
  const end = folder.lastIndexOf(`/${group}/`)
  const name = end < 0 ? basename(folder) : relative(folder.slice(0, end + group.length + 1), folder)
  const expected = expectation.safeParse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')))
  if (expected.success) return { group, name, folder, expected: expected.data }
  throw new Error(`${folder}/expected.json does not keep to the schema`, { cause: expected.error })
}
