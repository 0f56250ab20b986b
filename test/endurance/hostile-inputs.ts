import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { jsonObjects } from '../helpers/run-tunewright.ts'
import type { Figures } from './figures.ts'
import { cpuSecondsOf } from './marked-processes.ts'
import { readers } from './readers.ts'

const child = path.join(import.meta.dirname, 'read-inputs.ts')
/** Memory that any reader may use for values, with which every input must do. */
const MAX_MEMORY_MB = 1_500
/** Processor time without a new input after which a reader hangs; on a busy machine that takes long. */
const HANG_CPU_SECONDS = 60
const WATCH_EVERY_MS = 5_000

export interface HostileOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly figures: Figures
  /** Names of readers; all if there are none. */
  readonly only: readonly string[]
  /** Of each reader. */
  readonly maxInputs: number
  /** `guided` changes them within, and goes on from those that get further; `bombs` gives those that are made to take long, once each. */
  readonly mode: 'blind' | 'guided' | 'bombs'
}

/** Gives hostile inputs to one reader after the other, each in a process of its own and with an equal share of the time. */
export async function giveHostileInputs(options: HostileOptions): Promise<void> {
  const { only, untilMs } = options
  const names = Object.keys(readers).filter(name => only.length === 0 || only.includes(name))
  for (const [index, name] of names.entries()) {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0) break
    await giveTo(name, leftMs / (names.length - index), options)
    options.figures.save()
  }
}

async function giveTo(reader: string, durationMs: number, options: HostileOptions) {
  const { seed, figures, maxInputs, mode } = options
  const folder = path.join(options.folder, reader)
  mkdirSync(folder, { recursive: true })
  const untilMs = performance.now() + durationMs
  for (let from = 0; from < maxInputs && performance.now() < untilMs;) {
    const minutes = (untilMs - performance.now()) / 60_000
    const { lines, ended } = await runChild([
      reader,
      String(seed),
      String(from),
      String(maxInputs),
      String(minutes),
      mode,
      folder,
    ])
    for (const line of jsonObjects(lines)) {
      if ('fault' in line) figures.fault(`input: ${String(line['fault'])}`, String(line['file']))
      else {
        figures.add(mode === 'bombs' ? 'bombs' : 'inputs', Number(line['tried']))
        figures.add(`inputs: ${reader}`, Number(line['tried']))
        figures.add('inputs: read', Number(line['read']))
        figures.add(`inputs: ${reader}: read`, Number(line['read']))
        if (mode === 'guided') figures.peak(`inputs: ${reader}: blocks run`, Number(line['blocks']))
        figures.add('inputs: refused', Number(line['refused']))
        figures.peak(`inputs: peak of ${reader}, MB`, Number(line['peakMegabytes']))
      }
    }
    if (ended === 'well') return
    // The process is gone: this input did it, and the next ones follow.
    const numberFile = path.join(folder, 'number')
    const number = existsSync(numberFile) ? Number(readFileSync(numberFile, 'utf8')) : from
    figures.add('inputs', number + 1 - from)
    figures.add(`inputs: ${reader}`, number + 1 - from)
    figures.fault(`input: ${reader} ${ended}`, `seed ${seed}, number ${number}, ${folder}/input`)
    from = number + 1
  }
}

async function runChild(
  parameters: readonly string[],
): Promise<{ readonly lines: string; readonly ended: string }> {
  const running = spawn(
    process.execPath,
    [`--max-old-space-size=${MAX_MEMORY_MB}`, child, ...parameters],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const numberFile = path.join(parameters.at(-1) ?? '', 'number')
  let lines = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines += text
  })
  let hangs = false
  let last = { number: '', cpuSeconds: 0 }
  const watch = setInterval(() => {
    if (running.pid === undefined || !existsSync(numberFile)) return
    const number = readFileSync(numberFile, 'utf8')
    const cpuSeconds = cpuSecondsOf(running.pid)
    if (number !== last.number) last = { number, cpuSeconds }
    hangs ||= cpuSeconds - last.cpuSeconds > HANG_CPU_SECONDS
    if (hangs) running.kill('SIGKILL')
  }, WATCH_EVERY_MS)
  const ended = await new Promise<string>(resolve => {
    running.on('close', (code, signal) => {
      if (code === 0) resolve('well')
      else resolve(hangs ? 'hangs' : `crashed (${code ?? signal})`)
    })
  })
  clearInterval(watch)
  return { lines, ended }
}
