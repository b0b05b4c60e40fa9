import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StepResult } from '../check/step.ts'
import type { ReleaseFacts } from './plan-release.ts'

/** Reads what a release is decided on; `bundle` says whether the bundles below the root are current. */
export async function readReleaseFacts(
  root: string,
  bundle: (root: string) => Promise<StepResult>,
): Promise<ReleaseFacts> {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  const version = versionIn(join(root, 'package.json'))
  const { ok, output } = await bundle(root)
  return {
    version,
    lockVersion: versionIn(join(root, 'package-lock.json')),
    commit: git('rev-parse', 'HEAD').trim(),
    tags: lines(git('tag', '--list')),
    uncommitted: lines(git('status', '--porcelain')).map((line) => line.slice(3)),
    notes: notesIn(join(root, 'changes', version)).map(({ text }) => text),
    waiting: notesIn(join(root, 'changes', 'next')).map(({ name }) => name),
    bundleProblem: ok ? '' : output.replaceAll('\n', ' '),
  }
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }
  return String(version)
}

function notesIn(folder: string): readonly { readonly name: string; readonly text: string }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8').trim() }))
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}
