const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const

export type Style = keyof typeof codes

export type Paint = (style: Style, text: string, also?: Style) => string

/** Wraps text in terminal colours, or leaves it as it is. */
export function paintWith(colour: boolean): Paint {
  if (!colour) return (_style, text) => text
  return (style, text, also) => {
    const styles = also === undefined ? [style] : [style, also]
    return text === '' ? '' : `\u001B[${styles.map((name) => codes[name]).join(';')}m${text}\u001B[0m`
  }
}
