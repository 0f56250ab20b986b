/**
 * A sentence of ours and how it reads in Chinese. Placeholders of the English one say what they take, `{name:kind}`; a number
 * where no kind is given. A part in brackets may be missing; in the Chinese sentence it is left out when what it shows is.
 */
export type SentencePair = readonly [english: string, chinese: string]

/** Looks a nested sentence up; null where it is nobody's but the writer's. */
export type Translate = (sentence: string) => string | null

/** The Chinese sentence, or null where the template is of another sentence. */
export type SentenceTemplate = (sentence: string, translate: Translate) => string | null

const number = String.raw`-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Infinity)|NaN`

/** Whatever a placeholder takes, it takes as little of it as fits. */
const patterns = {
  number,
  /** Numbers of trials: `3, 4 and 7`. */
  numbers: String.raw`\d+(?:(?:, | and )\d+)*`,
  /** One word: a sampler, a field. */
  word: String.raw`\S+?`,
  /** Anything that goes through as it is: a name, a path, what a program printed. */
  text: String.raw`[^]+?`,
  /** A value as errors show it; a text in quotation marks ends where those do. */
  json: String.raw`"(?:[^"\\]|\\.)*"|[^]+?`,
  /** Names or values with commas between; lists of sentences have semicolons. */
  list: '[^;]+?',
  /** Another sentence, which may be unknown and is then shown as it is. */
  sentence: '[^]+?',
  /** Another sentence of ours; unknown, it makes the whole unknown. */
  known: '[^]+?',
}
type Kind = keyof typeof patterns

const placeholder = /\{(\w+)(?::(\w+))?\}/g
const optional = /\[([^\]]*)\]/g

/** @throws Error where a template does not say what it means: a kind that there is not, a value that nothing gives */
export function compileTemplate([english, chinese]: SentencePair): SentenceTemplate {
  const kinds = new Map<string, Kind>()
  for (const [, name = '', kind = 'number'] of english.matchAll(placeholder)) {
    if (!Object.hasOwn(patterns, kind)) throw new Error(`no kind ${kind}: ${english}`)
    kinds.set(name, kind as Kind)
  }
  for (const [, name = ''] of chinese.matchAll(placeholder)) {
    if (!kinds.has(name)) throw new Error(`nothing gives {${name}}: ${english}`)
  }
  const expression = new RegExp(`^${expressionOf(english)}$`)
  // Most sentences begin in another way, which is found out faster like this.
  const beginning = /^[^{[]*/.exec(english)?.[0] ?? ''

  return (sentence, translate) => {
    if (!sentence.startsWith(beginning)) return null
    const found = expression.exec(sentence)
    if (found === null) return null
    const values = found.groups ?? {}
    const shown = new Map<string, string>()
    for (const [name, kind] of kinds) {
      const value = values[name]
      if (value === undefined) continue
      const text = inChinese(value, kind, translate)
      if (text === null) return null
      shown.set(name, text)
    }
    const fill = (part: string): string =>
      part.replace(placeholder, (_, name: string) => shown.get(name) ?? '')
    return fill(
      chinese.replace(optional, (_, part: string) =>
        [...part.matchAll(placeholder)].every(([, name = '']) => shown.has(name)) ? part : '',
      ),
    )
  }
}

/** Placeholders become groups, brackets may be missing, everything else stands for itself. */
function expressionOf(english: string): string {
  return english
    .split(/(\{[^}]*\}|[[\]])/)
    .map(part => {
      if (part === '[') return '(?:'
      if (part === ']') return ')?'
      const [, name, kind = 'number'] = /^\{(\w+)(?::(\w+))?\}$/.exec(part) ?? []
      return name === undefined ? escape(part) : `(?<${name}>${patterns[kind as Kind]})`
    })
    .join('')
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()|/]/g, String.raw`\$&`)
}

function inChinese(value: string, kind: Kind, translate: Translate): string | null {
  switch (kind) {
    case 'numbers':
      return value.replaceAll(', ', '、').replace(' and ', ' 和 ')
    case 'list':
      return value.replaceAll(', ', '、')
    case 'sentence':
      return translate(value) ?? value
    case 'known':
      return translate(value)
    default:
      return value
  }
}
