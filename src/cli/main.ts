import type { Arguments, CommandName } from './command-spec.ts'
import { explainFailure } from './explain-failure.ts'
import { helpText, overviewText } from './help.ts'
import type { Io } from './io.ts'
import { parseArguments } from './parse-arguments.ts'

type Command<Name extends CommandName> = (given: Arguments<Name>, io: Io) => Promise<number>
type Loaders = { readonly [Name in Exclude<CommandName, 'help'>]: () => Promise<Command<Name>> }

/** Each command is loaded when it is asked for, so that the help does not pay for the engine. */
const commands: Loaders = {
  check: async () => (await import('./check.ts')).check,
  diff: async () => (await import('./diff.ts')).diff,
  connections: async () => (await import('./connections.ts')).connections,
  explain: async () => (await import('./explain.ts')).explain,
  exposure: async () => (await import('./exposure.ts')).exposure,
  rules: async () => (await import('./rules.ts')).rules,
  schema: async () => (await import('./schema.ts')).schema,
  init: async () => (await import('./init.ts')).init,
}

/** Runs one command line and gives its exit code: 0 pass, 1 fail, 2 incomplete, 3 usage or internal error. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await runInvocation(argv, io)
  } catch (error) {
    const { exitCode, text } = explainFailure(error)
    io.stderr.write(text)
    return exitCode
  }
}

async function runInvocation(argv: readonly string[], io: Io): Promise<number> {
  const invocation = parseArguments(argv)
  if (invocation.kind === 'help') return print(helpOf(invocation.command), io)
  if (invocation.kind === 'version') return print(`${(await import('../run/version.ts')).version}\n`, io)
  // The options were parsed by the spec of this very command, which a lookup by name hides from the types.
  const run = (await commands[invocation.command]()) as (given: unknown, io: Io) => Promise<number>
  return run(invocation, io)
}

function helpOf(command: CommandName | undefined): string {
  return command === undefined ? overviewText() : helpText(command)
}

function print(text: string, io: Io): number {
  io.stdout.write(text)
  return 0
}
