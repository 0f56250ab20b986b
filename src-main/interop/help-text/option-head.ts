import { type ValueType, typeOfWord } from './value-types.ts'

/** The beginning of a line that names an option: `-l LR, --lr LR`. */
export interface OptionHead {
  /** As they are written, in their order: `-l`, `--lr`. */
  readonly names: readonly string[]
  /** The word that stands for the value; null where none is written. */
  readonly metavar: string | null
  readonly type: ValueType | null
  /** Whether a sign of equality, and no space, stands between the last name and its value. */
  readonly isJoined: boolean
  /** Whether it may stand without its value. */
  readonly isOptional: boolean
  readonly choices: readonly string[]
  /** Whether `--no-` before its name says the opposite. */
  readonly isNegatable: boolean
  /** What follows, without what separates it. */
  readonly description: string
  /** Whether so little separates it that the line may be one of a text. */
  readonly isLoose: boolean
}

/** No head is longer; a longer line is text. */
const MAX_HEAD = 600

const name = /--?(?:\[no-?\])?[A-Za-z0-9?][\w-]*(?:\.[\w-]+)*/y
const optionalJoined = / ?\[=([^\]\s]{1,100})\]/y
const joined =
  /=(<[^>]{1,100}>|\{[^}]{1,400}\}|\[[^\]]{1,200}\]|"[^"]{0,100}"|'[^']{0,100}'|[^\s,;)]{1,100})/y
const inAngles = / ?<([^>]{1,200})>(?:\.{3})?/y
const aliasInBrackets = / \[ (--?[\w-]+) \]/y
const inBraces = / \{([^}]{1,400})\}/y
const inBrackets = / \[([^\]]{1,300})\]/y
const aliasInParentheses = / \((--?[A-Za-z][\w-]*)\)/y
const upperWord = / ([A-Z][A-Z0-9]*(?:[_.:/-][A-Z0-9]+)*)(?:\.{3})?(?=$|[\s,|\])])/y
const anyWord = / ([A-Za-z][\w.-]*)(?=$|[\s,|:])/y
const separator = /(?: ?, ?| ?\| ?| ?\/ ?| or | )(?=--?[A-Za-z0-9?[])|\s+(?=--no-)/y
/** What may follow the first word for a value: `LAYERS [LAYERS ...]`, `INTEGER RANGE`. */
const furtherWords = /(?: \[[A-Z_ .-]{1,60}\]| <[^>]{1,60}>| RANGE| \.{3}|\.{3})+/y

/**
 * The option that a line begins with; null where it begins with none.
 * @param line without spaces before it
 */
export function readHead(line: string): OptionHead | null {
  if (!line.startsWith('-')) return null
  const text = line.slice(0, MAX_HEAD)
  const names: string[] = []
  const choices: string[] = []
  let metavar: string | null = null
  let isJoined = false
  let isOptional = false
  let isNegatable = false
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return null
    at += match[0].length
    return match[1] ?? match[0]
  }
  const addName = (written: string): void => {
    if (/\[no-?\]/.test(written)) isNegatable = /\[no-\]/.test(written)
    names.push(written.replace(/\[no-?\]/, ''))
  }
  const takeChoices = (written: string): boolean => {
    const words = written
      .split(/[|,]/)
      .map(word => word.trim().replaceAll(/^["']|["']$/g, ''))
      .filter(word => word !== '' && word !== '...')
    if (words.length < 2 || words.some(word => /\s/.test(word))) return false
    choices.splice(0, choices.length, ...words)
    return true
  }
  for (;;) {
    const written = take(name)
    if (written === null) break
    addName(written)
    const alias = take(aliasInBrackets) ?? take(aliasInParentheses)
    if (alias !== null) addName(alias)
    const optional = take(optionalJoined)
    const equal = optional === null ? take(joined) : null
    if (optional !== null || equal !== null) {
      metavar = bare(optional ?? equal ?? '')
      isJoined = true
      isOptional = optional !== null || (equal ?? '').startsWith('[')
      if (/[|,]/.test(metavar)) takeChoices(metavar)
    } else {
      const value = takeValue()
      if (value !== null) {
        metavar = value
        isJoined = false
      }
    }
    take(furtherWords)
    if (take(separator) === null) break
  }
  if (names.length === 0) return null
  const rest = text.length < line.length ? text.slice(at) + line.slice(MAX_HEAD) : text.slice(at)
  const gap = /^(?:\s{2,}|\t|\s?:(?=\s|$)|\s+[–-]\s|$)/.exec(rest)
  if (gap === null && !/^\s/.test(rest)) return null
  const description = rest.slice(gap?.[0].length ?? 0).trim()
  const [long = ''] = names.filter(candidate => candidate.startsWith('--'))
  return {
    names: [...new Set(names)].filter(candidate => candidate !== `--no-${long.slice(2)}`),
    metavar,
    type: metavar === null ? null : typeOfWord(metavar),
    isJoined,
    isOptional,
    choices,
    isNegatable: isNegatable || names.includes(`--no-${long.slice(2)}`),
    description: description.replace(/^[:–-]\s+/, ''),
    isLoose: gap === null,
  }

  function takeValue(): string | null {
    const angles = take(inAngles)
    if (angles !== null) {
      if (/[|,]/.test(angles)) takeChoices(angles)
      return angles
    }
    const before = at
    const braces = take(inBraces)
    if (braces !== null) {
      if (takeChoices(braces)) return braces
      at = before
    }
    const brackets = take(inBrackets)
    if (brackets !== null) {
      if (brackets.includes('|') && takeChoices(brackets)) return brackets
      const word = brackets.replace(/\.{3}$/, '')
      const isValue =
        /^(?:[A-Z][A-Z0-9_]*|[a-z]\w*\.{3})$/.test(brackets) || typeOfWord(word) !== null
      if (isValue && word !== 'required') {
        isOptional = typeOfWord(word) === null
        return word
      }
      at = before
    }
    const upper = take(upperWord)
    if (upper !== null) return upper
    const word = take(anyWord)
    if (word !== null && isMetavar(word)) return word
    at = before
    return null
  }

  /** Whether a word in small letters stands for a value, and is not the first of a description. */
  function isMetavar(word: string): boolean {
    const rest = text.slice(at)
    if (typeOfWord(word) !== null && /^[a-z]/.test(word) && rest === '') return true
    if (/^(?:arg|string|int|uint|float|float32|float64|double|number|num)$/.test(word)) return true
    if (/^(?:\s{2,}|\t|, ?-| ?\| ?-)/.test(rest)) return true
    return /^\s?:(?:\s|$)/.test(rest) && /^[a-z]/.test(word)
  }
}

/** A word for a value without what stands around it. */
function bare(written: string): string {
  return written.replace(/^[<[{"']/, '').replace(/[>\]}"']$/, '')
}
