import { ownValue } from '../../../src-main/core/values/named-values.ts'
import type { Component, InjectionKey } from 'vue'
import { isObject, type JsonObject } from '../../../src-main/core/values/json.ts'

/**
 * Fields of a form, read from the JSON Schema of the options of a sampler, pruner, task or study. Only what schemas here
 * use is told apart; everything else is a field that takes YAML, so that every option can be set.
 */

export interface OptionField {
  readonly name: string
  readonly description: string
  readonly required: boolean
  /** Undefined where the algorithm decides. */
  readonly default: unknown
  readonly kind: OptionKind
}

export type OptionKind =
  | { readonly type: 'flag' }
  | { readonly type: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly type: 'number' }
  | { readonly type: 'text' }
  /** Whatever YAML writes in one line: `auto`, `5`, `[28, 28]`, `{ x0: 3 }`. */
  | { readonly type: 'yaml' }
  | { readonly type: 'group'; readonly fields: readonly OptionField[] }
  /** One of several objects. */
  | { readonly type: 'variant'; readonly variants: readonly Variant[] }
  /** Several of them. */
  | { readonly type: 'variants'; readonly variants: readonly Variant[] }

export interface Variant {
  readonly label: string
  /** Its value before anything is typed: a constant, or an object with its name. */
  readonly start: unknown
  readonly fields: readonly OptionField[]
  /** A free text instead of fields. */
  readonly isText?: boolean
  /** Whether a value is this variant. */
  fits(value: unknown): boolean
}

/** The form that an option with options of its own shows them in: handed down, since it imports the rows that need it. */
export const optionsFormKey: InjectionKey<Component> = Symbol('optionsForm')

/** More about one field than its line says, shown below the row of the label that `fits`. */
export interface BelowField {
  fits(label: string): boolean
  readonly part: Component
}

export const belowFieldKey: InjectionKey<BelowField> = Symbol('belowField')

/** The fields of an object's schema, in the order of the schema; constants are left out. */
export function fieldsOf(
  schema: JsonObject,
  without: readonly string[] = [],
): readonly OptionField[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(recordOf(schema['properties']))
    .filter(([name]) => !without.includes(name))
    .flatMap(([name, property]): OptionField[] => {
      if (!isObject(property) || 'const' in property) return []
      return [
        {
          name,
          description: typeof property['description'] === 'string' ? property['description'] : '',
          required: required.includes(name) && !('default' in property),
          default: property['default'],
          kind: kindOf(property as JsonObject),
        },
      ]
    })
}

function kindOf(schema: JsonObject): OptionKind {
  const values = schema['enum']
  if (Array.isArray(values)) return { type: 'choice', values: values.filter(isName) }
  const members = membersOf(schema)
  if (members.length > 0) return unionKind(members)
  switch (schema['type']) {
    case 'boolean':
      return { type: 'flag' }
    case 'integer':
    case 'number':
      return { type: 'number' }
    case 'string':
      return { type: 'text' }
    case 'object':
      return 'properties' in schema ? { type: 'group', fields: fieldsOf(schema) } : { type: 'yaml' }
    case 'array': {
      const items = recordOf(schema['items']) as JsonObject
      const variants = variantsOf('properties' in items ? [items] : membersOf(items))
      return variants === null ? { type: 'yaml' } : { type: 'variants', variants }
    }
    default:
      return { type: 'yaml' }
  }
}

function unionKind(members: readonly JsonObject[]): OptionKind {
  const constants = members.map(member => member['const'])
  if (constants.every(isName)) return { type: 'choice', values: constants }
  if (members.every(({ type }) => type === 'integer' || type === 'number')) {
    return { type: 'number' }
  }
  const variants = variantsOf(members)
  return variants === null ? { type: 'yaml' } : { type: 'variant', variants }
}

/** Null unless every member is a constant, a text or an object with known keys. */
function variantsOf(members: readonly JsonObject[]): readonly Variant[] | null {
  if (!members.some(member => 'properties' in member)) return null
  const variants = members.map((member): Variant | null => {
    const constant = member['const']
    if (isName(constant)) {
      return {
        label: String(constant),
        start: constant,
        fields: [],
        fits: value => value === constant,
      }
    }
    if (member['type'] === 'string') {
      const fits = (value: unknown): boolean => typeof value === 'string'
      return { label: 'text', start: '', fields: [], isText: true, fits }
    }
    if (!('properties' in member)) return null
    const fields = fieldsOf(member)
    const keys = fields.filter(field => field.required).map(field => field.name)
    const empty = Object.fromEntries(keys.map(key => [key, '']))
    for (const [key, property] of Object.entries(recordOf(member['properties']))) {
      const kind = recordOf(property)['const']
      if (!isName(kind)) continue
      const fits = (value: unknown): boolean => isObject(value) && ownValue(value, key) === kind
      return { label: String(kind), start: { [key]: kind, ...empty }, fields, fits }
    }
    return {
      label: keys.length === 0 ? '{ … }' : keys.join(', '),
      start: empty,
      fields,
      fits: value => isObject(value) && keys.every(key => key in value),
    }
  })
  return variants.every(variant => variant !== null) ? variants : null
}

function membersOf(schema: JsonObject): readonly JsonObject[] {
  const members = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(members) ? members.filter(isObject).map(member => member as JsonObject) : []
}

function isName(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
