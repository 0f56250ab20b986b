import { ownValue } from '../../../src-main/core/values/named-values.ts'

/** A part of a program's output: text, or a number that may be a metric. */
export interface OutputPart {
  readonly text: string
  /** Where the metric would be read from; null for text. */
  readonly metric: MetricSource | null
}

/** A metric as a study file describes it. */
export interface MetricSource {
  readonly name: string
  readonly direction: 'minimize' | 'maximize'
  readonly metrics:
    | { readonly from: 'lines' }
    | { readonly from: 'pattern'; readonly pattern: string }
    /** Where the study looks for them already. */
    | { readonly from: 'logs' }
}

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
/** In a pattern, so that a training that diverges is read, too. */
const anyNumber = String.raw`[-+]?(?:[\d.]+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)`
const numbers = new RegExp(String.raw`(?<![\w.])${number}(?![\w]|\.\d)`, 'g')
/** The words right before a number, and what stands between: `val loss: `. */
const label =
  /(?<label>[\p{L}_][\p{L}\p{N}_/.@-]*(?: [\p{L}_][\p{L}\p{N}_/.@-]*){0,2})(?<between>["')\]]*\s*[:=]?\s*)$/u
const stepLabel = /(?<label>epoch|step|iter(?:ation)?|round)(?<between>\W{0,3})\d+/i
const higherIsBetter =
  /acc|auc|auroc|auprc|f1|score|(?<![a-z\d])r2|R2|r_?squared|precision|recall|reward|iou|\bmap\b|bleu|rouge|dice|ndcg|mcc|kappa|psnr|ssim/
const lowerIsBetter = /loss|error|brier|perplexity/i
const counts =
  /^(?:epochs?|steps?|iter(?:ation)?s?|round|batch|seed|time|seconds?|after|and|at|by|for|from|in|of|on|took|to|with)$/i

/** The parts of an output; every number behind a word names a metric. */
export function partsOfOutput(output: string): readonly OutputPart[] {
  return output.split(/(?<=\n)/).flatMap(partsOfLine)
}

function partsOfLine(line: string): OutputPart[] {
  const parts: OutputPart[] = []
  let end = 0
  const json = jsonOf(line)
  for (const match of line.matchAll(numbers)) {
    const [text] = match
    const metric = metricAt(line, match.index, json)
    if (metric === null) continue
    parts.push({ text: line.slice(end, match.index), metric: null }, { text, metric })
    end = match.index + text.length
  }
  return [...parts, { text: line.slice(end), metric: null }].filter(({ text }) => text !== '')
}

function jsonOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

function metricAt(
  line: string,
  at: number,
  json: Readonly<Record<string, unknown>> | null,
): MetricSource | null {
  const before = line.slice(0, at)
  const groups = label.exec(before)?.groups
  if (groups === undefined) return null
  const [, words = '', verb = ''] = /^(.*?)( (?:is|was|of|at))?$/.exec(groups['label'] ?? '') ?? []
  const between = `${verb}${groups['between'] ?? ''}`
  const key = words.split(' ').at(-1) ?? ''
  if (json !== null) {
    return typeof ownValue(json, key) === 'number' && !counts.test(key)
      ? { name: key, direction: directionOf(key), metrics: { from: 'lines' } }
      : null
  }
  const name = groupName(words)
  if (name === '' || counts.test(key)) return null
  const metricPattern = `${flexible(words)}${flexible(between)}(?<${name}>${anyNumber})`
  const step = stepLabel.exec(before.slice(0, before.length - words.length - between.length))
  const { label: stepWord = '', between: stepBetween = '' } = step?.groups ?? {}
  const stepPattern = step === null ? '' : `${stepWord}${flexible(stepBetween)}(?<step>\\d+).*?`
  return {
    name,
    direction: directionOf(words),
    metrics: { from: 'pattern', pattern: `${stepPattern}${metricPattern}` },
  }
}

/** Which way a metric is better, as its name says; what no name tells is minimized. */
export function directionOf(name: string): MetricSource['direction'] {
  const isHigher = higherIsBetter.test(name) || higherIsBetter.test(name.toLowerCase())
  return isHigher && !lowerIsBetter.test(name) ? 'maximize' : 'minimize'
}

/** A first pattern: `loss 0.43`, `loss: 0.43`, `loss=0.43`, `val_loss 0.43`, `"loss": 0.43`. */
export const EXAMPLE_PATTERN = String.raw`loss["']?[\s:=]+(?<loss>[-+.\w]+)`
/** What reads the step of a line. */
export const EXAMPLE_STEP = String.raw`(?<step>\d+)`

const groupNames = /\(\?<([A-Za-z_$][\w$]*)>/g

/**
 * The patterns of a program once a number of its output was chosen: its pattern comes first, and of the others stay those that read
 * further metrics of this output.
 * @param patterns sources that compile
 */
export function withMetric(
  chosen: MetricSource['metrics'],
  patterns: readonly string[],
  output: string,
): MetricSource['metrics'] | { readonly from: 'pattern'; readonly pattern: readonly string[] } {
  if (chosen.from !== 'pattern') return chosen
  const names = namesIn(chosen.pattern)
  const lines = output.split('\n')
  const further = patterns.filter(pattern => {
    const metrics = namesIn(pattern).filter(name => name !== 'step')
    const isNew = metrics.length > 0 && !metrics.some(name => names.includes(name))
    return isNew && lines.some(line => new RegExp(pattern).test(line))
  })
  return further.length === 0 ? chosen : { from: 'pattern', pattern: [chosen.pattern, ...further] }
}

function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(groupNames)].map(([, name = '']) => name)
}

/** `val loss` → `valLoss`: a group of a regular expression has a name of letters and digits. */
function groupName(words: string): string {
  const [first = '', ...others] = words.split(/[^\p{L}\p{N}_]+/u).filter(word => word !== '')
  const name = [first, ...others.map(word => word.charAt(0).toUpperCase() + word.slice(1))].join('')
  return name === 'step' ? '' : name
}

/** As a pattern that takes any number of blanks. */
function flexible(text: string): string {
  return text
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
    .replaceAll(/\s+/g, String.raw`\s*`)
}
