import { ownValue } from '../core/values/named-values.ts'
import { formatNumber } from '../core/i18n/format-number.ts'
import type { Translate } from '../core/i18n/translate.ts'
import type { ParameterValue } from '../core/trial/trial.ts'
import { childrenOf, type LineageTrial, lineageOf, type Turn } from '../analysis/lineage/lineage.ts'
import { type ChartModel, line as lineMark, type Mark, titles } from './chart-model.ts'

/** Turns and children that a chart shows at most. */
const MAX_ROWS = 30

/** The trainings before and after a trial over their steps: a row per trial, the trial itself in between. */
export function lineageModel({
  trials,
  of,
  metric,
  t,
}: {
  readonly trials: readonly LineageTrial[]
  readonly of: number
  readonly metric: string
  readonly t: Translate
}): ChartModel {
  const line = lineageOf(trials, of)
  const children = childrenOf(trials, of)
  // The nearest say most: of a long line the last turns, of many children the first.
  const shownLine = line.slice(-MAX_ROWS)
  const shownChildren = children.slice(0, MAX_ROWS)
  const turns = [...shownLine, ...shownChildren]
  const count = line.length + children.length
  const spans = turns.map((turn, row) => ({
    row,
    trial: turn.number,
    text: turnText(turn, t),
    from: turn.from,
    // A turn that reported nothing still has a place.
    to: Math.max(turn.until, turn.from + 0.1),
  }))
  const trial = t('chart.trial')
  const modes: Turn['mode'][] = ['begin', 'continue', 'fork', 'initialize']
  return {
    x: { title: t('chart.step'), scale: 'linear', unit: 'whole' },
    y: { title: '', scale: 'rows', rows: turns.map(({ number }) => `${trial} ${number}`) },
    marks: modes.flatMap((mode, tone): Mark[] => {
      const modeSpans = spans.filter(({ row }) => turns[row]?.mode === mode)
      return modeSpans.length === 0
        ? []
        : [{ kind: 'spans', name: t(`chart.origin.${mode}`), tone, spans: modeSpans }]
    }),
    table: {
      columns: [...titles(t, 'trial', 'step', 'origin', 'changed'), metric],
      rows: turns.map(turn => [
        turn.number,
        `${turn.from} – ${turn.until}`,
        t(`chart.origin.${turn.mode}`),
        changesText(turn),
        turn.value ?? null,
      ]),
    },
    empty: count < 2 ? t('chart.noLineage') : null,
    notes:
      turns.length < count
        ? [t('chart.showing', { shown: String(turns.length), count: String(count) })]
        : [],
  }
}

function turnText(turn: Turn, t: Translate): string {
  const changes = changesText(turn)
  const name = t(`chart.origin.${turn.mode}`)
  return changes === '' ? name : t('list.named', { name, value: changes })
}

/** e.g. `learningRate 0.1 → 0.08`. */
export function changesText({ changes }: Turn): string {
  const text = (value: ParameterValue | undefined): string =>
    value === undefined ? '–' : typeof value === 'number' ? formatNumber(value) : String(value)
  return changes
    .map(({ name, before, after }) => `${name} ${text(before)} → ${text(after)}`)
    .join(', ')
}

/** A parameter at each step of a line: the schedule that it came to. */
export function scheduleModel(
  turns: readonly Turn[],
  name: string,
  { log, t }: { readonly log: boolean; readonly t: Translate },
): ChartModel {
  const points = turns.flatMap(({ from, until, number, parameters }) => {
    const value = ownValue(parameters, name)
    if (typeof value !== 'number' || until <= from) return []
    return [from, until].map(x => ({ x, y: value, trial: number }))
  })
  return {
    x: { title: t('chart.step'), scale: 'linear', unit: 'whole' },
    y: { title: name, scale: log ? 'log' : 'linear' },
    marks: [lineMark(name, 'accent', points)],
    table: {
      columns: [t('chart.trial'), t('chart.step'), name],
      rows: points.map(({ x, y, trial }) => [trial, x, y]),
    },
    empty: points.length === 0 ? t('chart.noLineage') : null,
    notes: [],
  }
}
