export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

const PERCENT: Readonly<Record<string, string>> = {
  '%0D': '\r',
  '%0A': '\n',
  '%3A': ':',
  '%2C': ',',
  '%5D': ']',
  '%3B': ';',
  '%25': '%',
}

function decode(text: string): string {
  return text.replace(/%(?:0D|0A|3A|2C|5D|3B|25)/gi, (code) => PERCENT[code.toUpperCase()] ?? code)
}

/**
 * The command in one line of output, as the runner reads it (actions/runner, ActionCommand.cs): `::name k=v,k=v::text`
 * at the start after trimming, else the old `##[name k=v;k=v]text` anywhere.
 */
export function parseCommand(line: string): Command | undefined {
  const current = /^::([^:\s]+)(?: ([^:]*))?::(.*)$/s.exec(line.trimStart())
  if (current !== null) return command(current[1], current[2], ',', current[3])
  const old = /##\[([^\]\s]+)(?: ([^\]]*))?\](.*)$/s.exec(line)
  return old === null ? undefined : command(old[1], old[2], ';', old[3])
}

function command(name = '', properties = '', separator: string, message = ''): Command {
  const pairs = properties.split(separator).flatMap((pair) => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decode(pair.slice(at + 1))]]
  })
  return { name, properties: Object.fromEntries(pairs), message: decode(message) }
}

export type AnnotationLevel = 'error' | 'warning' | 'notice'

export interface LogAnnotation {
  readonly level: AnnotationLevel
  readonly message: string
  readonly title: string | undefined
  readonly file: string | undefined
  readonly line: number | undefined
  readonly endLine: number | undefined
}

export interface RunnerLog {
  readonly commands: readonly Command[]
  /** Those GitHub keeps: 10 of each level a step (actions/toolkit, docs/problem-matchers.md). */
  readonly annotations: readonly LogAnnotation[]
  /** How many of any level were silently dropped. */
  readonly droppedAnnotations: number
  readonly masks: readonly string[]
}

const LEVELS: ReadonlySet<string> = new Set(['error', 'warning', 'notice'])
const PER_LEVEL = 10

/** Reads the output of a step (both streams) as the runner does, with `stop-commands` honoured. */
export function readRunnerLog(output: string): RunnerLog {
  const commands = activeCommands(output.split(/\r?\n/))
  const all = commands.filter(({ name }) => LEVELS.has(name)).map(annotation)
  const kept = [...LEVELS].flatMap((level) => all.filter((one) => one.level === level).slice(0, PER_LEVEL))
  return {
    commands,
    annotations: all.filter((one) => kept.includes(one)),
    droppedAnnotations: all.length - kept.length,
    masks: commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message),
  }
}

function activeCommands(lines: readonly string[]): readonly Command[] {
  const commands: Command[] = []
  let resumeToken: string | undefined
  for (const line of lines) {
    const found = parseCommand(line)
    if (found === undefined) continue
    if (resumeToken !== undefined) {
      if (found.name === resumeToken) resumeToken = undefined
      continue
    }
    if (found.name === 'stop-commands') resumeToken = found.message
    commands.push(found)
  }
  return commands
}

function annotation({ name, properties, message }: Command): LogAnnotation {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  const { title, file, line, endLine } = properties
  return { level: name as AnnotationLevel, message, title, file, line: number(line), endLine: number(endLine) }
}

/** `name=value` lines and `name<<DELIMITER` blocks of GITHUB_OUTPUT and its siblings. Throws on anything else. */
export function readFileCommands(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const block = /^([^=]*?)<<(.+)$/.exec(line)
    const pair = /^([^=]+)=(.*)$/.exec(line)
    if (block !== null) {
      const end = lines.indexOf(block[2] ?? '', at + 1)
      if (end < 0) throw new Error(`Matching delimiter not found '${block[2]}'`)
      values[block[1] ?? ''] = lines.slice(at + 1, end).join('\n')
      at = end
    } else if (pair !== null) values[pair[1] ?? ''] = pair[2] ?? ''
    else if (line !== '') throw new Error(`Invalid format '${line}'`)
  }
  return values
}
