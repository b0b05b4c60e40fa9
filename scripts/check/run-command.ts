import { spawn } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { repositoryRoot } from '../repository-root.ts'
import type { StepResult } from './step.ts'

/** Runs a command at the root of the repository, with the Node that runs this script first on PATH. */
export function runCommand(command: string, args: readonly string[]): Promise<StepResult> {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: repositoryRoot, env: { ...process.env, PATH: path } })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ ok: false, output: `${command} did not start: ${error.message}` }))
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }))
  })
}
