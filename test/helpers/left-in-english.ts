import { tables } from '../../scripts/task-docs.ts'
import { catalogs } from '../../src-main/core/i18n/catalogs.ts'
import { buildStudyJsonSchema } from '../../src-main/features/studies/node/study-json-schema.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { namesInChinese, phrasesOfCode, wordsOfCode } from './names-in-chinese.ts'

const typed = wordsOfCode['commands and their options'].replaceAll(' ', '|')

/** Parts of a text that are no words, whatever they are made of: commands as they are typed, options, files, numbers, hashes. */
const codes = [
  new RegExp(
    String.raw`\b(?:tunewright|npm|npx)(?: (?:${typed}|--?[\w-]+|[A-Z]+(?:\.[a-z]+)?)(?![\w:]))*`,
    'gu',
  ),
  /(?<![\w-])--?[a-zA-Z][\w-]*(?:[= ](?:[A-Z]{2,}|[\d.]+\w*))?/gu,
  /(?:https?|file|blob):\/\/[^\s，。；）”]+/gu,
  /[\w./*@:+-]*\.(?:csv|tsv|json|jsonl|ya?ml|py|m?js|cjs|[mc]?ts|tex|md|html|pdf|svg|png|zip|sqlite|db|onnx|safetensors|whl|wav|npy|log|parquet|com)\b/gu,
  /(?:\b[a-zA-Z]:)?(?:\.{0,2}[/\\])[\w.@/\\+:-]+/gu,
  /\b[A-Z]+(?:_[A-Z0-9]+)+\b/gu,
  /\b[0-9a-f]{32,}\b|(?<=SHA-256 )[0-9a-f]{8,}/gu,
  /(?<![A-Za-z_][-+]?|\d)[-+]?\d[\w.+]*/gu,
]

/** A name or a word, with the hyphens and digits inside of it. */
const token = /[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9]+)*/gu

const words = (groups: Readonly<Record<string, string>>): string[] =>
  Object.values(groups).flatMap(list => list.split(' '))

const names = new Set(words(namesInChinese))
const ofCode = new Set([...words(wordsOfCode), ...keywordsOfStudyFiles(), ...wordsOfTasks()])

/**
 * What of a Chinese text is neither Chinese nor a name, code or unit: every run of two or more Latin letters that no list
 * allows.
 * @param allowed names of the thing at hand: parameters, metrics, studies, files
 */
export function leftInEnglish(text: string, allowed: Iterable<string> = []): string[] {
  let remainder = text
  const long = [...allowed, ...phrasesOfCode].toSorted((a, b) => b.length - a.length)
  for (const name of long) remainder = remainder.replaceAll(wholeName(name), '·')
  // A name that had to be cut off.
  remainder = remainder.replaceAll(/([\w.-]+)…/gu, (cut, part: string) =>
    long.some(name => name.startsWith(part)) ? '·' : cut,
  )
  for (const code of codes) remainder = remainder.replaceAll(code, '·')
  const matches = [...remainder.matchAll(token)].filter(([word]) => /[A-Za-z]{2}/u.test(word))
  return matches.filter(match => !isAllowed(match, remainder)).map(([word]) => word)
}

function isAllowed({ 0: word, index }: RegExpExecArray, text: string): boolean {
  if (names.has(word)) return true
  const before = text.slice(0, index)
  const after = text.slice(index + word.length)
  // A word beside it that is no name either makes it an English text.
  const neighbors = [
    before.match(/([A-Za-z-]{2,}) $/u)?.[1],
    after.match(/^ ([A-Za-z-]{2,})/u)?.[1],
  ]
  return ofCode.has(word) && neighbors.every(near => near === undefined || names.has(near))
}

/** The name as a whole: not inside of a longer word. */
function wholeName(name: string): RegExp {
  const escaped = name.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`)
  return new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'gu')
}

/** Hyperparameters and metrics of the built-in tasks, and the choices among them. */
function wordsOfTasks(): string[] {
  const texts = Object.keys(catalogs.en).filter(key => /^(?:hyperparameter|metric)\./u.test(key))
  const choices = Object.values(tables).flatMap(table =>
    Object.values(table).flatMap(field => (field.kind === 'choice' ? field.values : [])),
  )
  return [...texts.map(key => key.replace(/^.*\./u, '')), ...choices]
}

/** Keys of a study file and the names that stand as their values: samplers, pruners, tasks, engines, kinds. */
function keywordsOfStudyFiles(): Set<string> {
  const keywords = new Set<string>()
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const name of Object.keys(value as object)) keywords.add(name)
      if (key === 'const' || key === 'enum') {
        for (const name of [value].flat()) if (typeof name === 'string') keywords.add(name)
      }
      if (key !== 'description' && key !== 'title') walk(value)
    }
  }
  walk(buildStudyJsonSchema(tasks))
  return keywords
}
