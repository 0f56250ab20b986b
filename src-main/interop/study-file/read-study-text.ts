import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  YAMLError,
  type YAMLMap,
} from 'yaml'
import { messageOf } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { broken, type Problem } from '../../core/errors/problem.ts'
import { isNestedTooDeeply, MAX_MARKS, MAX_PROBLEMS } from '../../core/study/study-budget.ts'
import { jsonErrorOffset } from './json-error-offset.ts'

export type StudyFormat = 'yaml' | 'json'

/** A place in a text; both counted from 1. */
interface TextPosition {
  readonly line: number
  readonly column: number
}

export interface StudyText {
  /** The plain value; only meaningful if the text has no `syntax` problem. */
  readonly raw: unknown
  /** What stands in the way of reading the text at all. */
  readonly syntax: readonly Problem[]
  /** Keys that occur twice or that no file may have; the rest can still be checked. */
  readonly keys: readonly Problem[]
  /**
   * Where a path stands: the position of its key or of its value (for a value that begins on a later
   * line than its key, the key). A path that is not in the text gives the nearest place above it.
   */
  locate(path: readonly (string | number)[], part: 'key' | 'value'): TextPosition
}

/** Aliases that a text may expand to; more is an attack or an accident. */
const MAXIMUM_ALIASES = 100
/** Anchors and aliases of a text. */
const MAX_ANCHORS = 1_000

/** Reads YAML 1.2 (core schema, and `<<` merge keys) or JSON. Never throws: what is wrong is among the problems. */
export function readStudyText(text: string, format: StudyFormat): StudyText {
  const start = { line: 1, column: 1 }
  const refuse = (value: number | null, rule: MessageDescriptor): StudyText => {
    const problem = { ...broken([], value, rule), ...start }
    return { raw: null, syntax: [problem], keys: [], locate: () => start }
  }
  const tooDeep = (): StudyText => refuse(null, msg('rule.tooDeep'))
  if (isNestedTooDeeply(text)) return tooDeep()
  const { marks, anchors } = countMarks(text)
  if (marks > MAX_MARKS) return refuse(marks, msg('rule.marks.atMost', { count: MAX_MARKS }))
  if (anchors > MAX_ANCHORS && format === 'yaml')
    return refuse(anchors, msg('rule.anchors.atMost', { count: MAX_ANCHORS }))
  try {
    return read(text.replace(/^\uFEFF/, ''), format)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // The parsers are recursive: what nests in another way still exhausts the stack.
    return tooDeep()
  }
}

/** By which the lexer marks the text of a scalar that follows. */
const SCALAR = '\x1f'

/**
 * Words, signs and line ends of a text, and how many of them are anchors or aliases, each counted up to one more than may be; a parser
 * takes far longer than this.
 */
function countMarks(text: string): { readonly marks: number; readonly anchors: number } {
  let marks = 0
  let anchors = 0
  let isScalar = false
  for (const mark of new Lexer().lex(text)) {
    // Space and the signs by which the lexer marks words and documents stand before `!`.
    if (mark >= '!' || mark === '\n' || mark === '\r\n') marks++
    if (!isScalar && (mark.startsWith('&') || mark.startsWith('*'))) anchors++
    if (marks > MAX_MARKS || anchors > MAX_ANCHORS) break
    isScalar = mark === SCALAR
  }
  return { marks, anchors }
}

function read(text: string, format: StudyFormat): StudyText {
  const lines = new LineCounter()
  // JSON is YAML as well, which gives the places of its values.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Its warnings would go to the standard error output; a file that deserves one is refused.
    logLevel: 'error',
    merge: format === 'yaml',
    // Its own search for keys that occur twice compares each with each; `keysOf` finds them.
    uniqueKeys: false,
  })
  const position = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problem = (
    rule: MessageDescriptor,
    textPosition: TextPosition,
    path: Problem['path'] = [],
  ): Problem => ({
    path,
    value: null,
    rule,
    ...textPosition,
  })

  const locate: StudyText['locate'] = (path, part) => position(findOffset(document, path, part))
  const compound = compoundKey(document)
  if (compound !== null) {
    const rule = msg('rule.compoundKey')
    return { raw: null, syntax: [problem(rule, position(compound))], keys: [], locate }
  }
  const syntax: Problem[] = []
  let raw: unknown = null
  if (format === 'json') {
    const offset = jsonErrorOffset(text)
    if (offset === null) raw = JSON.parse(text)
    else {
      const code = offset === text.length ? 'rule.jsonEndsEarly' : 'rule.notJson'
      syntax.push(problem(msg(code), position(offset)))
    }
  } else {
    for (const error of [...document.errors, ...document.warnings].slice(0, MAX_PROBLEMS)) {
      // The parser turns an exhausted stack into an error like any other, then stumbles on.
      if (/call stack|stack overflow/i.test(error.message)) throw new RangeError(error.message)
      syntax.push(problem(yamlRule(error), position(error.pos[0])))
    }
    try {
      raw = document.toJS({ maxAliasCount: MAXIMUM_ALIASES })
    } catch (error) {
      syntax.push(problem(yamlRule(error), { line: 1, column: 1 }))
    }
  }
  const keyProblems = keysOf(document).flatMap(({ offset, path, isSecond }) => [
    ...(isSecond ? [problem(msg('rule.duplicateKey'), position(offset), path)] : []),
    // Schemas leave it out without a word, except among parameters: there it is a name.
    ...(path.at(-1) === '__proto__' && !isOfParameter(path)
      ? [problem(msg('rule.reservedName'), position(offset), path)]
      : []),
  ])
  return {
    raw,
    syntax,
    keys: keyProblems.slice(0, MAX_PROBLEMS),
    locate,
  }
}

function findOffset(
  document: Document,
  path: readonly (string | number)[],
  part: 'key' | 'value',
): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, segment] of path.entries()) {
    const collection = isAlias(node) ? node.resolve(document) : node
    let key: unknown = null
    let value: unknown
    if (isMap(collection)) {
      const pair = pairOf(collection, String(segment))
      if (pair === undefined) break
      key = pair.key
      value = pair.value
    } else if (isSeq(collection) && typeof segment === 'number') {
      value = collection.items[segment]
      if (value === undefined) break
    } else {
      break
    }
    const keyStart = startOf(key)
    const isLast = depth === path.length - 1
    const below = isBlockCollection(value)
    const start = (isLast && part === 'key') || below ? keyStart : startOf(value)
    offset = start ?? startOf(value) ?? keyStart ?? offset
    node = value
  }
  return offset
}

const pairsByKey = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>()

/** The first pair with a key; looked up in an index, because a wide mapping can have many problems. */
function pairOf(map: YAMLMap, key: string): Pair | undefined {
  let pairs = pairsByKey.get(map)
  if (pairs === undefined) {
    pairs = new Map(map.items.toReversed().map(pair => [keyText(pair.key), pair]))
    pairsByKey.set(map, pairs)
  }
  return pairs.get(key)
}

/** Whether a value begins on a later line than its key. */
function isBlockCollection(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true
}

interface FoundKey {
  readonly offset: number
  readonly path: readonly string[]
  /** Whether the same mapping has this key further up as well. */
  readonly isSecond: boolean
}

/** Every key with its path; indices of lists are left out of the path. */
function keysOf(document: Document): FoundKey[] {
  const keys: FoundKey[] = []
  const keysOfMap = new Map<unknown, Set<string>>()
  visit(document, {
    Pair(_, pair, ancestors) {
      const key = keyText(pair.key)
      const path = [...ancestors.filter(isPair).map(above => keyText(above.key)), key]
      const map = ancestors.at(-1)
      const seenKeys = keysOfMap.get(map) ?? new Set()
      keysOfMap.set(map, seenKeys)
      keys.push({ offset: startOf(pair.key) ?? 0, path, isSecond: seenKeys.has(key) })
      seenKeys.add(key)
    },
  })
  return keys
}

/** A compound key has no text: nested ones would double its length at each level. */
function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : ''
}

/** Where a key stands that is a mapping, a list or an alias; null: nowhere. */
function compoundKey(document: Document): number | null {
  let offset: number | null = null
  visit(document, {
    Pair(_, { key }) {
      if (key === null || isScalar(key)) return undefined
      offset = startOf(key) ?? 0
      return visit.BREAK
    },
  })
  return offset
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}

/** The YAML library speaks English, and of a second document it speaks of its programming interface. */
function yamlRule(error: unknown): MessageDescriptor {
  // After its syntax only aliases can be wrong: unknown, or too many.
  const code = error instanceof YAMLError ? error.code : 'BAD_ALIAS'
  return code === 'MULTIPLE_DOCS'
    ? msg('rule.oneDocument')
    : msg('rule.notYaml', { reason: msg('rule.yaml', { code, message: messageOf(error) }) })
}

/** Whether the last key of a path is the name of a parameter. */
function isOfParameter(path: readonly (string | number)[]): boolean {
  const [section] = path
  if (path.length === 2)
    return section === 'space' || section === 'fix' || section === 'currentConfiguration'
  if (path.length === 3) return section === 'enqueue'
  return path.length === 4 && section === 'space' && path[2] === 'when'
}
