import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { exportFormats } from '../../src-main/core/exporters/registry.ts'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { exporters } from '../../src-main/features/exports/node/exporters/registry.ts'
import { terminalText } from '../../src-main/features/command-line/terminal-text.ts'
import { buildReport } from '../../src-main/features/reports/node/build-report.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { buildSampleSnapshot } from '../helpers/build-sample-snapshot.ts'
import { hostileNames } from './bombs.ts'
import type { Figures } from './figures.ts'

export interface ShownNameOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly maxInputs: number
  readonly figures: Figures
}

const MAX_CPU_MS = 5_000
const reports = ['html', 'print', 'markdown', 'latex', 'csv', 'json', 'svg'] as const
/** Names that a study file, a program or another program's file gives, in the made-up study. */
const honestNames = ['sample', 'learningRate', 'optimizer', 'adam', 'small', 'accuracy', 'loss']
/** Whatever could steer a terminal, turn a line or hide a part of it. */
const hidden = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u200B\u2028]/u
/** Marks of a page that only a name can have brought. */
const marks = /<img src=x|<script>alert/i

/**
 * Shows studies whose names are hostile, wherever names are shown: in reports and exports of every format and in a terminal. Nothing but a
 * typed error may be thrown, pages have no marks of a name, a terminal is not steered, and no prototype is changed.
 */
export async function showNames(options: ShownNameOptions): Promise<void> {
  const { folder, seed, untilMs, maxInputs, figures } = options
  mkdirSync(folder, { recursive: true })
  const honest = buildSampleSnapshot({ name: 'sample', trials: 6, epochs: 3 })
  const prototype = Object.getOwnPropertyNames(Object.prototype).length
  const ways = [...reports, ...exportFormats.map(name => `export ${name}`), 'terminal']
  let number = 0
  for (; number < maxInputs && performance.now() < untilMs; number++) {
    const random = createRandomStream({ seed, number, purpose: 'names that are shown' })
    const chosen = new Map(
      honestNames.map(name => {
        const all = number < hostileNames.length ? number : random.integer(hostileNames.length)
        return [name, `${hostileNames[all] ?? ''}${name === 'sample' ? '' : name.slice(0, 1)}`]
      }),
    )
    const snapshot = renamed(honest, chosen) as StudySnapshot
    for (const way of ways) {
      const before = process.cpuUsage()
      const fault = await faultOf(snapshot, way, [...chosen.values()])
      const { user, system } = process.cpuUsage(before)
      const cpuMs = (user + system) / 1_000
      figures.add('names shown')
      figures.peak(`names: CPU of ${way}, ms`, cpuMs)
      const problem = fault ?? (cpuMs > MAX_CPU_MS ? `took ${Math.round(cpuMs)} ms` : null)
      if (problem === null) continue
      const file = path.join(folder, `${number}-${way.replaceAll(' ', '-')}.json`)
      writeFileSync(file, JSON.stringify([...chosen]))
      figures.fault(
        `names: ${way}: ${problem.split('\n').slice(0, 3).join(' ')}`,
        `seed ${seed}, ${file}`,
      )
    }
    if (Object.getOwnPropertyNames(Object.prototype).length !== prototype)
      figures.fault('names: a prototype has changed', `seed ${seed}, number ${number}`)
  }
}

async function faultOf(
  snapshot: StudySnapshot,
  way: string,
  names: readonly string[],
): Promise<string | null> {
  const language = 'en'
  const t = createTranslate(language)
  try {
    if (way === 'terminal') {
      const steered = names.find(name => hidden.test(terminalText(name)))
      return steered === undefined ? null : `steered by ${JSON.stringify(steered)}`
    }
    const exporter = exportFormats.find(name => way === `export ${name}`)
    if (exporter !== undefined) {
      const { content, ending } = await exporters[exporter].build(snapshot, t)
      return wrongContent(content, ending)
    }
    const format = reports.find(name => name === way)
    if (format === undefined) return null
    const reportOptions = { language, generatedAtMs: 0, version: '0' } as const
    const { content, ending } = await buildReport(snapshot, format, reportOptions)
    return wrongContent(content, ending)
  } catch (error) {
    if (isAppError(error) && error.code !== 'internal') return null
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

function wrongContent(content: string | Uint8Array, ending: string): string | null {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
  if (ending === 'html' && marks.test(text)) return 'a name is a mark of the page'
  if (ending === 'json') JSON.parse(text)
  return null
}

/** The same value with other names, as keys and as texts. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map(item => renamed(item, names))
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [renamed(key, names), renamed(item, names)]))
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [names.get(key) ?? key, renamed(item, names)]),
  )
}
