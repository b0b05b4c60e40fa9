/** Breaks one line at spaces to fit `width` columns, each line indented; a word longer than that stays whole. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const room = Math.max(20, width - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => indent + one)
}
