import type { Side } from '../../src/reach/universe.ts'

/** An example of a rule's page: what stands on either side, and whether the rule has something to say. */
export interface Example {
  readonly name: string
  readonly kind: 'invalid' | 'valid'
  /** Text of each file by path, the marker included. */
  readonly files: Readonly<Record<Side, ReadonlyMap<string, string>>>
  /** The configuration, where the example needs one of its own. */
  readonly config: string | undefined
}

/** The line (from 1) that the marker points at. */
export interface Mark {
  readonly side: Side
  readonly path: string
  readonly line: number
}

const MARKER = '# <- here'
const CONFIG_PATH = '.github/portcullis.yml'
const heading = /^## (Invalid|Valid): (.+)$/
const fence = /^```yaml title="(?:(base|head): )?([^"]+)"$/

/** Examples of a page, in order. Throws where the page does not keep to the form. */
export function examplesOf(page: string): Example[] {
  return page
    .split(/^(?=## )/m)
    .filter((section) => heading.test(firstLine(section)))
    .map(exampleOf)
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

function exampleOf(section: string): Example {
  const [, kind, name] = heading.exec(firstLine(section)) as RegExpExecArray
  const files = { base: new Map<string, string>(), head: new Map<string, string>() }
  let config: string | undefined
  for (const { side, path, text } of fencesOf(section)) {
    if (path === CONFIG_PATH) config = text
    else for (const target of side === undefined ? (['base', 'head'] as const) : [side]) files[target].set(path, text)
  }
  if (files.base.size + files.head.size === 0) throw new Error(`example "${name}" has no files`)
  return { name: name as string, kind: kind === 'Invalid' ? 'invalid' : 'valid', files: alone(files, section), config }
}

/** Files given for no side stand on both; where no fence names a side, all of them are what head adds. */
function alone(files: Example['files'], section: string): Example['files'] {
  return /title="(?:base|head): /.test(section) ? files : { base: new Map(), head: files.head }
}

function* fencesOf(section: string): Generator<{ side: Side | undefined; path: string; text: string }> {
  const lines = section.split('\n')
  for (let index = 0; index < lines.length; index++) {
    if (!lines[index]?.startsWith('```')) continue
    const end = lines.indexOf('```', index + 1)
    if (end < 0) throw new Error(`a fence of "${lines[0]}" is not closed`)
    const match = fence.exec(lines[index] ?? '')
    if (match !== null) {
      yield {
        side: match[1] as Side | undefined,
        path: match[2] as string,
        text: `${lines.slice(index + 1, end).join('\n')}\n`,
      }
    }
    index = end
  }
}

/** Every marked line, on whichever side. A file of both sides counts on head. */
export function marksOf({ files }: Example): Mark[] {
  const marks = (side: Side): Mark[] =>
    [...files[side]].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => (line.includes(MARKER) ? [{ side, path, line: index + 1 }] : [])),
    )
  const head = marks('head')
  return [...head, ...marks('base').filter(({ path }) => files.head.get(path) !== files.base.get(path))]
}
