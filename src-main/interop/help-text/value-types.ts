/** What a value is; `number` where nobody says whether it is whole. */
export type ValueType = 'int' | 'float' | 'number' | 'text' | 'bool'

const words: readonly (readonly [ValueType, RegExp])[] = [
  [
    'int',
    /^(?:(?:integer|int|uint)(?:8|16|32|64|128)?s?|[iu](?:8|16|32|64|128)|[iu]size|u?long|unsigned(?: int)?|count)$/,
  ],
  ['float', /^(?:float(?:16|32|64)?s?|double|f32|f64|real|decimal|numeric|fraction|probability)$/],
  ['number', /^(?:num|numbers?|nb|n)$/],
  ['bool', /^(?:bool(?:ean)?|logical|flag)$/],
  [
    'text',
    /^(?:str(?:ing)?s?|stringarray|strlist|text|char(?:acter)?s?|url|uri|glob|regex|pattern|host|address|duration|(?:\w+[ _-])?(?:file|filename|filepath|path|dir|directory|folder|name|files|paths))$/,
  ],
]

/** The type that a word for a value names; null where it names none. */
export function typeOfWord(word: string): ValueType | null {
  const lower = word.toLowerCase()
  return words.find(([, pattern]) => pattern.test(lower))?.[0] ?? null
}
