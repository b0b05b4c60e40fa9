import type { PlainLabels } from './plain-objects.ts'

const token = /\s*(&&|\|\||==|!=|!|\(|\)|\{|\}|,|"[^"]*"|'[^']*'|[A-Za-z0-9_./-]+)/y

/** Reads a Calico selector from the left and answers for one set of labels on the way. */
export function selectorHolds(text: string, labels: PlainLabels): boolean {
  const words = tokensOf(text)
  if (words.length === 0) return true
  const answer = anyHolds(words, labels)
  if (words.length > 0) throw new Error(`what is ${words.join(' ')} in ${text}?`)
  return answer
}

function tokensOf(text: string): string[] {
  const found: string[] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) found.push(match[1] as string)
  return found
}

function anyHolds(words: string[], labels: PlainLabels): boolean {
  let holds = allHold(words, labels)
  while (words[0] === '||') {
    words.shift()
    const next = allHold(words, labels)
    holds = holds || next
  }
  return holds
}

function allHold(words: string[], labels: PlainLabels): boolean {
  let holds = oneHolds(words, labels)
  while (words[0] === '&&') {
    words.shift()
    const next = oneHolds(words, labels)
    holds = holds && next
  }
  return holds
}

function oneHolds(words: string[], labels: PlainLabels): boolean {
  const word = words.shift()
  if (word === '!') return !oneHolds(words, labels)
  if (word === '(') {
    const inner = anyHolds(words, labels)
    words.shift()
    return inner
  }
  if (words[0] === '(') {
    words.shift()
    const name = word === 'has' ? words.shift() : undefined
    words.shift()
    return name === undefined || labels[name] !== undefined
  }
  return testHolds(labels[word ?? ''], words)
}

function testHolds(value: string | undefined, words: string[]): boolean {
  const operator = words.shift()
  const bare = (word: string | undefined): string => (word ?? '').slice(1, -1)
  if (operator === 'not') return !testHolds(value, words)
  if (operator === 'in') {
    const listed: string[] = []
    for (let word = words.shift(); word !== '}'; word = words.shift())
      if (/^["']/.test(word ?? '')) listed.push(bare(word))
    return value !== undefined && listed.includes(value)
  }
  if (operator === 'starts' || operator === 'ends') words.shift()
  const wanted = bare(words.shift())
  if (operator === '==') return value === wanted
  if (operator === '!=') return value !== wanted
  if (value === undefined) return false
  if (operator === 'contains') return value.includes(wanted)
  return operator === 'starts' ? value.startsWith(wanted) : value.endsWith(wanted)
}
