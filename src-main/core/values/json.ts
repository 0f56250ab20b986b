/** A value that survives JSON. Used wherever a record keeps free-form detail. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

/** A mapping: an object that is neither null nor a list. */
export function isObject(value: JsonValue | undefined): value is JsonObject
export function isObject(value: unknown): value is Readonly<Record<string, unknown>>
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Without the keys whose value is undefined, as JSON would write it. */
export function defined<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as ReturnType<typeof defined<Values>>
}

/** SQLite's own checks and Python's reader go no deeper; what checks, compares or writes values calls itself for each level. */
export const MAX_JSON_DEPTH = 1_000

/** Whether lists and mappings of a JSON text nest deeper than {@link MAX_JSON_DEPTH}. */
export function isTooDeep(text: string): boolean {
  // Each level takes two signs: nearly all columns are too short.
  if (text.length <= 2 * MAX_JSON_DEPTH) return false
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\\' && isQuoted) at++
    else if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (sign === '[' || sign === '{') depth++
    else if (sign === ']' || sign === '}') depth--
    if (depth > MAX_JSON_DEPTH) return true
  }
  return false
}
