import { type MessageDescriptor, msg } from '../errors/message.ts'

/** So many known names stand in a rule; a table can have thousands of columns. */
const MAX_SHOWN = 30

/** Longer names are no slips of the pen, and comparing two of them takes the product of their lengths. */
const MAX_COMPARED = 200

/**
 * The known name that a person most likely meant: the one with the fewest edits (insert, remove,
 * replace, swap neighbors; capital letters do not count), if at most a third of its letters differ, of short names one, and something is left of it.
 * Null if none is that close.
 */
export function closestName(written: string, names: readonly string[]): string | null {
  let closest: string | null = null
  let fewest = Number.POSITIVE_INFINITY
  if (written.length > MAX_COMPARED) return null
  for (const name of names) {
    if (name.length > MAX_COMPARED) continue
    const most = Math.min(Math.max(1, name.length / 3), name.length - 1)
    if (Math.abs(name.length - written.length) > most) continue
    const edits = editCount(written.toLowerCase(), name.toLowerCase())
    if (edits < fewest && edits <= most) {
      closest = name
      fewest = edits
    }
  }
  return closest
}

/** Kinds of names that a rule can call unknown, as the catalogs have words for it. */
export type NameKind =
  | 'sampler'
  | 'pruner'
  | 'task'
  | 'metric'
  | 'parameter'
  | 'parent'
  | 'key'
  | 'column'
  | 'folder'
  | 'sheet'
  | 'section'
  | 'study'

/** The rule about a name of some kind that nothing has: `unknown sampler; did you mean "tpe"? known: …`. */
export function unknownName(
  kind: NameKind,
  written: unknown,
  names: readonly string[],
): MessageDescriptor {
  return msg('rule.unknownName', {
    kind,
    ...knownNames(typeof written === 'string' ? written : '', names),
  })
}

/** Values of a rule about an unknown name: which was likely meant, and the names that there are. */
export function knownNames(
  written: string,
  names: readonly string[],
): {
  readonly known?: readonly string[]
  readonly count?: number
  readonly hint?: MessageDescriptor
} {
  return {
    ...likelyName(written, names),
    ...(names.length === 0 ? {} : { known: names.slice(0, MAX_SHOWN) }),
    ...(names.length <= MAX_SHOWN ? {} : { count: names.length }),
  }
}

/** `did you mean "tpe"?`, where a name is close enough. */
export function likelyName(
  written: string,
  names: readonly string[],
): { readonly hint?: MessageDescriptor } {
  const name = closestName(written, names)
  return name === null ? {} : { hint: msg('rule.didYouMean', { name }) }
}

/** Optimal string alignment distance, row by row. */
function editCount(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let edits = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      )
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (row > 1 && column > 1 && swapped) {
        edits = Math.min(edits, (beforeLast[column - 2] as number) + 1)
      }
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return last[to.length] as number
}
