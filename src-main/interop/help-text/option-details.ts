import { typeOfWord, type ValueType } from './value-types.ts'

/** A value as a help text writes it. */
export type WrittenValue = string | null

/** What the description of an option says beside its words. */
export interface OptionDetails {
  /** Undefined: no default is said; null: it says that there is none. */
  readonly written: WrittenValue | undefined
  readonly choices: readonly string[]
  readonly type: ValueType | null
  readonly isRequired: boolean
  /** Whether `type: double default: 0.1` stands there, as gflags writes it. */
  readonly isOfFlags: boolean
}

/** What is said of a value stands before this; a longer description is a manual. */
const MAX_DESCRIPTION = 4_000

const defaultPhrase =
  /(^|[[(;,.:\s])(?:the |by )?defaults?(?: values?| settings?)?(\s+(?:is|are)(?: set to)?\s+|\s+to\s+|\s*[:=]\s*|\s+)/gi
const typePhrase = /\btype:\s*"?([A-Za-z]\w*)/i
const typeInBrackets = /\[(number|string|boolean|array|count|int|integer|double|float|real)\]/i
const requiredPhrase = /[[(]required[\])]|\(\*required\)|^required[.:;,]|\(mandatory\)/i

const choicePhrases = [
  /(?:possible|allowed|valid|available|accepted|supported)\s+(?:values|choices|options)(?:\s+are)?\s*:\s*([^\])]{3,400})/i,
  /\b(?:choices|choose from|options)(?:\s+are)?\s*:\s*([^\])]{3,400})/i,
  /\b(?:must be |can be )?(?:either |any )?one of\s*:?\s*([^\]).;]{3,400})/i,
]

/** @param lines of the description, without spaces at either end */
export function readDetails(lines: readonly string[]): OptionDetails {
  const description = lines.join(' ').slice(0, MAX_DESCRIPTION)
  const typeWord = typePhrase.exec(description)?.[1] ?? typeInBrackets.exec(description)?.[1]
  const type = typeWord === undefined ? null : typeOfWord(typeWord)
  const inList = choicesInList(lines)
  const choices = inList.length > 1 ? inList : choicesOf(description)
  return {
    written: defaultOf(description, choices),
    choices,
    type,
    isRequired: requiredPhrase.test(description),
    isOfFlags: /\btype: \w+\s+default:/.test(description),
  }
}

function defaultOf(description: string, choices: readonly string[]): WrittenValue | undefined {
  const ofBoost = /\(=([^)]{0,100})\)/.exec(description)?.[1]
  if (ofBoost !== undefined) return ofBoost
  for (const match of description.matchAll(defaultPhrase)) {
    const [phrase, before = '', link = ''] = match
    const rest = description.slice(match.index + phrase.length, match.index + phrase.length + 200)
    const isInBrackets = before === '(' || before === '['
    const isSaid = link.trim() !== ''
    const value = valueAt(rest, isInBrackets, isSaid, choices)
    if (value !== undefined) return value
  }
  const last = /\[([^[\]]{0,60})\]$/.exec(description.trim())?.[1]
  if (
    last === undefined ||
    typeOfWord(last) !== null ||
    /required|deprecated|^env\b|^aliases/i.test(last)
  )
    return undefined
  return /^\S*$/.test(last) && !last.includes('|') && !last.includes('=') ? last : undefined
}

/** The value that a phrase goes on with; undefined where it goes on with other words. */
function valueAt(
  rest: string,
  isInBrackets: boolean,
  isSaid: boolean,
  choices: readonly string[],
): WrittenValue | undefined {
  const quoted = /^(["'`])([^"'`]*)\1/.exec(rest)
  if (quoted !== null) return quoted[2] ?? ''
  const list = /^[[(][^\])]{0,100}[\])]/.exec(rest)
  if (list !== null && isInBrackets) return list[0]
  const token = /^[^\s,;)\]}]+/.exec(rest)?.[0] ?? ''
  const value = token.replace(/[.:]+$/, '')
  if (value === '') return isInBrackets && isSaid ? null : undefined
  if (isNumber(value)) return value
  const after = rest.slice(token.length)
  const isAlone = token !== value || /^\s*(?:$|[,;.)\]])/.test(after)
  if (/^(?:none|null|nil|na|nothing|unset|disabled)$/i.test(value) && isAlone) return null
  if (choices.includes(value)) return value
  if (isInBrackets) return isAlone ? value : undefined
  return isSaid && isAlone ? value : undefined
}

export function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[fFL]?$/i.test(text)
}

/** Choices that stand below each other: `- adam: the optimizer Adam`. */
function choicesInList(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex(line => /(?:values|choices|options)\s*:$/i.test(line))
  if (start === -1) return []
  const listed: string[] = []
  for (const line of lines.slice(start + 1)) {
    const word = /^[-*•] ([\w.+-]+)(?::|\s|$)/.exec(line)?.[1]
    if (word === undefined && line !== '') break
    if (word !== undefined) listed.push(word.replace(/:$/, ''))
  }
  return listed
}

function choicesOf(description: string): readonly string[] {
  for (const pattern of choicePhrases) {
    const said = pattern.exec(description)?.[1]
    if (said === undefined) continue
    const words = wordsOf(said)
    if (words.length > 1) return words
  }
  const ofOclif = /<options: ([^>]{1,400})>/.exec(description)?.[1]
  if (ofOclif !== undefined) return ofOclif.split('|')
  for (const [, inside = ''] of description.matchAll(
    /(?<![\w.])[{(<[]([\w.+-]+(?:(?:\s?[|/]\s?|,\s*)[\w.+-]+)+)[})>\]](?!\w)/g,
  )) {
    if (/[|]/.test(inside) || description.includes(`{${inside}}`)) {
      const words = inside.split(/\s*[|,/]\s*/)
      if (words.every(word => word !== '')) return words
    }
  }
  // 0 -- linear: u'*v    1 -- polynomial: …
  const numbered = [...description.matchAll(/(?:^|\s)(\d{1,3}) (?:--|=|-|:) (?=\S)/g)].map(
    ([, digits = '']) => digits,
  )
  const areCounted = numbered.every(
    (digits, index) => Number(digits) === Number(numbered[0]) + index,
  )
  return numbered.length > 1 && areCounted && Number(numbered[0]) <= 1 ? numbered : []
}

/** Words between commas, `|` or `or`, up to the first part that is more than a word. */
function wordsOf(said: string): readonly string[] {
  const words: string[] = []
  for (const part of said.split(/\s*[,|]\s*(?:or |and )?|\s+or\s+|\s+and\s+|\s\/\s/)) {
    const word = /^(?:- )?["'`]?([\w.+-]+)["'`]?(.*)$/.exec(part.trim())
    if (word === null) break
    const [, value = '', after = ''] = word
    if (/^default\b/i.test(value)) break
    words.push(value.replace(/\.$/, ''))
    if (after.trim() !== '') break
  }
  return words
}
