import { finishedCount, type ParameterValue } from '../../../core/trial/trial.ts'
import { formatMetric, formatNumber } from '../../../core/i18n/format-number.ts'
import { formatDuration, formatTimeLeft } from '../../../core/i18n/format-time.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { visibleText } from '../../../core/i18n/visible-text.ts'
import { clamp } from '../../../math/numbers.ts'
import type { BestTrial, FinishedTrial, ProgressState, RunningTrial } from './progress-state.ts'
import { columnsOf, cutToColumns } from '../../../features/command-line/terminal-text.ts'
import { wallTimeLimitMs } from '../../../core/stopping/minutes/minutes.ts'
import { trialLimit } from '../../../core/stopping/trials/trials.ts'

export interface ProgressFormat {
  /** Columns of the terminal; every line takes fewer. */
  readonly columns: number
  /** Lines that the block may take, ≥ 4; further running trials are counted instead of shown. */
  readonly rows?: number
  readonly color: boolean
}

const SHOWN_PARAMETERS = 4
const WIDEST_BAR = 30

/** The live block, one string per line, without line ends. */
export function formatProgressBlock(
  state: ProgressState,
  t: Translate,
  { columns, rows, color }: ProgressFormat,
): string[] {
  const width = Math.max(1, columns - 1)
  const paint = (code: number, text: string): string =>
    color && text !== '' ? `\u001B[${code}m${text}\u001B[0m` : text
  const words = headWords(state, t)
  const share = progressShare(state)
  const room = Math.min(WIDEST_BAR, width - columnsOf(words) - 1)
  const hasBar = share !== null && room >= 5
  const best =
    state.best === null ? t('cli.progress.noBest') : bestText(state.best, state.goal.metric, t)
  const shownBest = cutToColumns(best, width)
  return [
    hasBar ? `${paint(36, progressBar(share, room))} ${words}` : cutToColumns(words, width),
    state.best === null ? shownBest : paint(32, shownBest),
    ...runningLines(state.running, t, rows).map(line => cutToColumns(line, width)),
    paint(2, cutToColumns(t('cli.progress.counts', { ...state.counts }), width)),
  ]
}

/**
 * The line of a finished trial for plain output:
 * `trial 12 complete 0.9731 (best 0.9744, trial 9) 6.2 s`
 */
export function formatFinishedTrial(
  { number, state, value, feasible, durationMs, reason }: FinishedTrial,
  best: BestTrial | null,
  t: Translate,
): string {
  const bestValue = best && { value: formatMetric(best.value), number: best.number }
  const ended = [
    t('cli.progress.trial', { number }),
    t(`state.${state}`),
    value === null ? null : formatMetric(value),
    feasible ? null : t('state.infeasible'),
  ]
    .filter(part => part !== null)
    .join(' ')
  return [
    bestValue === null
      ? ended
      : t('list.remark', { text: ended, remark: t('cli.progress.finishedBest', bestValue) }),
    formatDuration(durationMs, t.language),
    state === 'complete' || reason === null ? null : `– ${oneLine(t.format(reason))}`,
  ]
    .filter(part => part !== null)
    .join(' ')
}

function headWords(state: ProgressState, t: Translate): string {
  const done = finishedCount(state.counts)
  const total = trialLimit(state.stop)
  const left = state.timeLeftMs
  const elapsed = formatDuration(state.elapsedMs, t.language)
  const remaining =
    left === null
      ? t('cli.progress.remainingUnknown')
      : t('cli.progress.remaining', { duration: formatTimeLeft(left, t.language) })
  return [
    total === null ? `${done}` : `${done}/${total}`,
    t('cli.progress.elapsed', { duration: elapsed }),
    state.notice === null ? remaining : oneLine(state.notice),
  ].join(' · ')
}

/** How much of the study is done by the rule that will end it first; null if that is unknown. */
function progressShare(state: ProgressState): number | null {
  const trials = trialLimit(state.stop)
  const limitMs = wallTimeLimitMs(state.stop)
  const shares = [
    trials === null ? null : finishedCount(state.counts) / trials,
    limitMs === null ? null : state.elapsedMs / limitMs,
  ].filter(share => share !== null)
  return shares.length === 0 ? null : Math.min(1, Math.max(...shares))
}

/** A bar of exactly `columns` columns, filled in eighths of one. */
export function progressBar(share: number, columns: number): string {
  const eighths = Math.round(clamp(share, 0, 1) * columns * 8)
  const full = Math.floor(eighths / 8)
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''
  return '█'.repeat(full) + part + '░'.repeat(columns - full - (part === '' ? 0 : 1))
}

function bestText(best: BestTrial, metric: string, t: Translate): string {
  const head = t('cli.progress.best', {
    metric: oneLine(metric),
    value: formatMetric(best.value),
    number: best.number,
  })
  const entries = Object.entries(best.parameters)
  const shown = entries
    .slice(0, SHOWN_PARAMETERS)
    .map(([name, value]) => `${oneLine(name)}=${oneLine(parameterText(value))}`)
  if (entries.length > shown.length) shown.push('…')
  return shown.length === 0 ? head : `${head} · ${shown.join(' ')}`
}

function runningLines(
  running: readonly RunningTrial[],
  t: Translate,
  rows: number | undefined,
): string[] {
  // The head, the best and the counts take three lines.
  const room = rows === undefined ? running.length : Math.max(1, rows - 3)
  const shown = running.length <= room ? running : running.slice(0, room - 1)
  const lines = shown.map(trial => {
    const parts = [
      `  ${t('cli.progress.trial', { number: trial.number })}`,
      trial.training === undefined ? null : t.format(trial.training),
      stepText(trial, t),
      trial.value === null ? null : formatMetric(trial.value),
      formatDuration(trial.elapsedMs, t.language),
    ]
    return parts.filter(part => part !== null).join(' · ')
  })
  const hidden = running.length - shown.length
  return hidden === 0 ? lines : [...lines, `  ${t('cli.progress.more', { count: hidden })}`]
}

function stepText(trial: RunningTrial, t: Translate): string {
  if (trial.stepsDone === null) return t('cli.progress.starting')
  return trial.stepsTotal === null
    ? t('cli.progress.stepOnly', { done: trial.stepsDone })
    : t('cli.progress.step', { done: trial.stepsDone, total: trial.stepsTotal })
}

function parameterText(value: ParameterValue): string {
  return typeof value === 'number' ? formatNumber(value) : String(value)
}

function oneLine(text: string): string {
  return visibleText(text.replace(/\s+/g, ' '))
}
