import { main } from '../../src/cli/main.ts'

/** What a command line printed and how it ended. */
export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line in this process, in a folder, as if nobody watched. */
export async function runCli(folder: string, ...argv: readonly string[]): Promise<CliResult> {
  const written = { stdout: '', stderr: '' }
  const streamOf = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text
    },
    isTerminal: false,
    columns: 100,
  })
  const exitCode = await main(argv, {
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    env: {},
    cwd: folder,
    now: new Date('2026-11-20T12:00:00Z'),
  })
  return { exitCode, ...written }
}
