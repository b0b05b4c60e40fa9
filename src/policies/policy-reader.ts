import { entryOf, isUnset, type MappingNode, spanOf, type YamlNode } from '../manifests/node.ts'
import { reportAmbiguous } from '../manifests/reader.ts'
import type { Resource } from '../manifests/resource.ts'
import { hasTemplate } from '../manifests/template-text.ts'
import { isSet, isTemplated, itemsAt, setAt, textAt } from '../model/fields.ts'
import type { LabelExpression } from '../model/label-expression.ts'
import type { Reporter } from '../model/read-labels.ts'
import { isLabelKey, readLabelSelector } from '../model/read-selector.ts'
import { isDnsName, writtenName } from '../model/written-name.ts'
import { AddressSet } from '../sets/address-set.ts'
import { parseCidr } from '../sets/cidr.ts'
import { diagnostic, type Effect } from '../source/diagnostic.ts'
import type { DiagnosticCode } from '../source/diagnostic-code.ts'
import type { Span } from '../source/span.ts'
import type { Fields } from './field-treatment.ts'

const REJECTED = 'The API server rejects the object as it stands: this policy would not exist. Correct the field.'

const selectorRefusals: ReadonlySet<DiagnosticCode> = new Set(['selector-invalid', 'label-not-string'])

/** Reads the fields of one policy and reports what is wrong with them, each with its place. */
export class PolicyReader {
  readonly resource: Resource
  readonly #report: Reporter
  #refused = false

  constructor(resource: Resource, report: Reporter) {
    this.resource = resource
    this.#report = report
  }

  /** Whether something was found that the API server refuses. */
  get isRefused(): boolean {
    return this.#refused
  }

  report(code: DiagnosticCode, at: YamlNode | Span | undefined, message: string, effect: Effect, hint: string): void {
    const span = at !== undefined && 'file' in at ? at : this.spanOf(at)
    const { kind, name } = this.resource
    this.#report(diagnostic(code, span, { message: `${kind} ${name.value}: ${message}`, hint, effect }))
  }

  /** Reports what the API server refuses. */
  refuse(code: DiagnosticCode, at: YamlNode | Span | undefined, message: string, hint?: string): void {
    this.#refused = true
    this.report(code, at, message, 'unknown', hint === undefined ? REJECTED : `${hint} ${REJECTED}`)
  }

  /** Place of a node; the object's name where it is not written. */
  spanOf(node: YamlNode | undefined): Span {
    return node === undefined ? this.resource.name.span : spanOf(this.resource.provenance.file, node)
  }

  /** A field from its key to the end of its value; undefined where it is not written. */
  entrySpan(node: YamlNode | undefined, name: string): Span | undefined {
    const entry = entryOf(node, name)
    return entry === undefined ? undefined : spanOf(this.resource.provenance.file, entry)
  }

  /** A field that does not exist is dropped by lenient clients, and dropping a condition widens; what is no object is refused. */
  checkFields(node: YamlNode | undefined, fields: Fields): void {
    if (node === undefined || isUnset(node) || isTemplated(this.resource, node)) return
    if (node.kind !== 'mapping') {
      this.refuse('field-type', node, `an object has to stand here, with fields of ${Object.keys(fields).join(', ')}`)
      return
    }
    for (const entry of node.entries) {
      if (Object.hasOwn(fields, entry.name)) continue
      this.report(
        'unknown-field',
        spanOf(this.resource.provenance.file, entry),
        `there is no field ${entry.name} here; it is dropped, and what remains may allow more`,
        'wider',
        `The fields here are ${Object.keys(fields).join(', ')}.`,
      )
    }
  }

  /** Whether a template writes some of it. */
  holdsTemplate(node: YamlNode): boolean {
    return hasTemplate(this.resource.provenance.file.text.slice(node.start, node.end))
  }

  /** A value that a template writes is unknown but not refused; reported, and true. */
  isTemplate(node: YamlNode | undefined, what: string): boolean {
    if (!isTemplated(this.resource, node)) return false
    this.report(
      'template-value',
      node,
      `${what} holds a template expression`,
      'unknown',
      'Point the gate at the rendered manifests.',
    )
    return true
  }

  /** A selector of a built-in kind: the API server looks at all of it. `isKey`: the form of keys, where it is another. */
  selector(node: YamlNode | undefined, isKey = isLabelKey): LabelExpression {
    const report: Reporter = (found) => {
      if (!selectorRefusals.has(found.code)) return this.#report(found)
      this.#refused = true
      this.#report({ ...found, hint: `${found.hint} ${REJECTED}` })
    }
    return readLabelSelector(this.resource, node, report, isKey)
  }

  /** A selector of a CRD: only types are looked at, and whether key and operator are there; other mistakes pass. */
  selectorOfCrd(node: YamlNode | undefined): LabelExpression {
    if (itemsAt(node, 'matchExpressions').some(isRefusedCondition)) this.#refused = true
    return readLabelSelector(this.resource, node, (problem) => {
      if (problem.code === 'label-not-string') this.#refused = true
      this.#report(problem)
    })
  }

  noteAmbiguous(node: YamlNode): void {
    reportAmbiguous({ file: this.resource.provenance.file, report: this.#report }, node)
  }

  /** The API server reads a null item as an empty one; strict clients refuse it. */
  noteNull(node: YamlNode, meaning: string): void {
    if (node.kind !== 'scalar' || node.value !== null) return
    this.report(
      'null-item',
      node,
      `a null item is read as an empty one, which stands for ${meaning}`,
      'unknown',
      'Remove the item, or write what it should say.',
    )
  }

  /** The name of the object; one that is missing, generated or written by a template is for others to judge. */
  checkName(): void {
    const name = writtenName(this.resource)
    if (name === undefined || isDnsName(name)) return
    const message = `${JSON.stringify(name)} is no name for a ${this.resource.kind}`
    this.refuse(
      'policy-name-invalid',
      this.resource.name.span,
      message,
      'Use lower-case letters, digits, dashes and dots.',
    )
  }

  /** Fields of a mapping that are set, for those that take exactly one. */
  setFields(node: YamlNode | undefined, fields: Fields): MappingNode['entries'] {
    if (node?.kind !== 'mapping') return []
    return node.entries.filter(({ name, value }) => Object.hasOwn(fields, name) && !isUnset(value))
  }

  /** Items of a list; undefined, and reported, where it is written and no list. */
  list(node: YamlNode | undefined, name: string): readonly YamlNode[] | undefined {
    const found = setAt(node, name)
    if (found === undefined) return []
    if (found.kind === 'sequence') return found.items
    if (!this.isTemplate(found, name)) this.refuse('field-type', found, `${name} is not a list`)
    return undefined
  }

  /** Addresses of a CIDR; undefined, and reported, where the text is none. */
  cidr(node: YamlNode, code: 'cidr-invalid' | 'except-invalid'): AddressSet | undefined {
    if (this.isTemplate(node, 'a CIDR')) return undefined
    const text = textAt(node) ?? ''
    const parsed = parseCidr(text)
    if (!parsed.ok) {
      this.refuse(
        code,
        node,
        `${text} is not a CIDR: ${parsed.problem}`,
        'Write address/prefix, such as 203.0.113.0/24.',
      )
      return undefined
    }
    const set =
      parsed.family === 4
        ? AddressSet.v4Range(parsed.first, parsed.last)
        : AddressSet.v6Range(parsed.first, parsed.last)
    if (parsed.hostBits) {
      const meant = set.cidrs()[0]
      this.report(
        'cidr-host-bits',
        node,
        `${text} has bits set behind its prefix; it means ${meant}`,
        'none',
        `Write ${meant}.`,
      )
    }
    return set
  }
}

const isRefusedCondition = (item: YamlNode): boolean =>
  !isSet(item, 'key') ||
  !isSet(item, 'operator') ||
  itemsAt(item, 'values').some((value) => textAt(value) === undefined)
