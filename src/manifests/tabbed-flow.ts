const continued = /([,[{][ \t]*)(\r?\n)([ ]*\t[ \t]*)(?=[^\s])/g

/**
 * Text in which lines of a flow collection that are indented by tabs, as YAML 1.2 and Kubernetes allow, are joined to
 * the line before; the YAML library refuses them. Offsets stay as they are. Undefined when there are none.
 */
export function joinTabbedFlow(text: string): string | undefined {
  if (!text.includes('\t')) return undefined
  const joined = text.replace(continued, (_, before: string, lineBreak: string, indent: string) => {
    return before + ' '.repeat(lineBreak.length + indent.length)
  })
  return joined === text ? undefined : joined
}
