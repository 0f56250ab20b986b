import { msg, type MessageDescriptor } from '../../../../core/errors/message.ts'

type MessageCode = Parameters<typeof msg>[0]
type DescriptorValues = NonNullable<Parameters<typeof msg>[1]>

/**
 * A message as versions up to 6 wrote it, in English: its code, its sentence, and values that the sentence says by its words.
 * Placeholders are `{name:kind}`, of a number where no kind is given. A part in brackets may be missing.
 */
export type SentencePattern = readonly [
  code: MessageCode,
  sentence: string,
  implied?: DescriptorValues,
]

/** Looks a nested sentence up; null where it is none of ours. */
type Read = (sentence: string) => MessageDescriptor | null

/** The message, or null where the pattern is of another sentence. */
export type CompiledPattern = (sentence: string, read: Read) => MessageDescriptor | null

const number = String.raw`-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Infinity)|NaN`

/** Whatever a placeholder takes, it takes as little of it as fits. */
const kinds = {
  number,
  /** Numbers of trials: `3, 4`. */
  numbers: String.raw`\d+(?:(?:, | and )\d+)*?`,
  /** One word: a sampler, a field. */
  word: String.raw`\S+?`,
  /** Anything that goes through as it is: a name, a path, what a program printed. */
  text: String.raw`[^]+?`,
  /** A value as errors show it, which is JSON; a text in quotation marks ends where those do. */
  json: String.raw`"(?:[^"\\]|\\.)*"|[^]+?`,
  /** Names with commas between. */
  list: '[^;]+?',
  /** Metrics with their values: `loss 0.3, size 4`. */
  metrics: '[^;]+?',
  /** Another sentence, which may be anybody's. */
  sentence: '[^]+?',
  /** Another sentence of ours; unknown, it makes the whole unknown. */
  known: '[^]+?',
} as const
type Kind = keyof typeof kinds

/** @throws Error where a pattern names a kind that there is not */
export function compilePattern([code, sentence, implied]: SentencePattern): CompiledPattern {
  const named = new Map<string, Kind>()
  for (const [, name = '', kind = 'number'] of sentence.matchAll(/\{(\w+)(?::(\w+))?\}/g)) {
    if (!Object.hasOwn(kinds, kind)) throw new Error(`no kind ${kind}: ${sentence}`)
    named.set(name, kind as Kind)
  }
  const expression = new RegExp(`^${expressionOf(sentence)}$`)
  // Most sentences begin in another way, which is found out faster like this.
  const beginning = /^[^{[]*/.exec(sentence)?.[0] ?? ''

  return (text, read) => {
    if (!text.startsWith(beginning)) return null
    const match = expression.exec(text)
    if (match === null) return null
    const values: Record<string, DescriptorValues[string]> = {}
    for (const [name, kind] of named) {
      const part = match.groups?.[name]
      if (part === undefined) continue
      const value = valueOf(part, kind, read)
      if (value === null) return null
      values[name] = value
    }
    return named.size === 0 && implied === undefined
      ? msg(code)
      : msg(code, { ...values, ...implied })
  }
}

/** Placeholders become groups, named again the same text; brackets may be missing, everything else stands for itself. */
function expressionOf(sentence: string): string {
  const seen = new Set<string>()
  return sentence
    .split(/(\{[^}]*\}|[[\]])/)
    .map(part => {
      if (part === '[') return '(?:'
      if (part === ']') return ')?'
      const [, name, kind = 'number'] = /^\{(\w+)(?::(\w+))?\}$/.exec(part) ?? []
      if (name === undefined) return part.replace(/[\\^$.*+?()|/]/g, String.raw`\$&`)
      if (seen.has(name)) return String.raw`\k<${name}>`
      seen.add(name)
      return `(?<${name}>${kinds[kind as Kind]})`
    })
    .join('')
}

function valueOf(
  text: string,
  kind: Kind,
  read: Read,
): NonNullable<DescriptorValues[string]> | null {
  switch (kind) {
    case 'number':
      return Number(text)
    case 'numbers':
      return text.split(/, | and /).map(Number)
    case 'list':
      return text.split(', ')
    case 'metrics':
      return text.split(', ').map(part => {
        const end = part.lastIndexOf(' ')
        return msg('pruning.metricValue', {
          metric: part.slice(0, end),
          value: Number(part.slice(end + 1)),
        })
      })
    case 'sentence':
      return read(text) ?? msg('verbatim', { text })
    case 'known':
      return read(text)
    default:
      return text
  }
}
