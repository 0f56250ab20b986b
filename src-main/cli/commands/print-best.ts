import { ensembleOf } from '../../analysis/summary/ensemble.ts'
import { gradientModeOf, gradientParameter } from '../../contract/metric-value.ts'
import { bestTrial } from '../../contract/ranking.ts'
import type { StudySnapshot } from '../../contract/study.ts'
import type { Curve, TrialRecord } from '../../contract/trial.ts'
import { formatMetric, formatNumber } from '../../i18n/format-number.ts'
import type { CliContext } from '../context.ts'

/** Of a gradient with more entries the number is printed instead. */
const MAX_DERIVATIVES = 8

/** Parameter values as `name=value`, numbers with four digits. */
export function parametersText(parameters: TrialRecord['parameters']): string {
  return Object.entries(parameters)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'number' ? formatNumber(value) : String(value)}`,
    )
    .join(' ')
}

/** Best trial with its parameters, the metrics of its best step, and the test split. */
export function printBest(context: CliContext, snapshot: StudySnapshot): void {
  const { t } = context
  const best = bestTrial(snapshot.trials, snapshot.study.specification.goals[0])
  if (best === null) {
    const complete = snapshot.trials.some(({ state }) => state === 'complete')
    context.print(complete ? t('cli.noFeasible') : t('cli.noBest'))
    return
  }
  context.print(t('cli.best', { number: best.number, step: best.bestStep }))
  for (const [name, value] of Object.entries(best.parameters)) {
    context.print(`  ${name} = ${typeof value === 'number' ? formatNumber(value) : String(value)}`)
  }
  const derivatives = Object.keys(best.metrics).filter(name => gradientParameter(name) !== null)
  const listed = derivatives.length <= MAX_DERIVATIVES
  for (const [name, curve] of Object.entries(best.metrics)) {
    const value = valueAt(curve, best.bestStep)
    if (value === null || (!listed && derivatives.includes(name))) continue
    const mode = name === 'gradientMode' ? gradientModeOf(value) : null
    context.print(`  ${name}: ${mode ?? formatMetric(value)}`)
  }
  if (!listed) context.print(`  ${t('cli.derivatives', { count: derivatives.length })}`)
  const tested = snapshot.winner?.trialNumber === best.number ? snapshot.winner.metrics : {}
  for (const [name, value] of Object.entries(tested)) {
    context.print(`  ${name}: ${formatMetric(value)}`)
  }
  const ensemble = ensembleOf(snapshot.events)
  if (ensemble === null) return
  context.print(t('cli.ensemble', { trials: ensemble.trials }))
  for (const [name, value] of Object.entries(ensemble.metrics)) {
    context.print(`  ${name}: ${formatMetric(value)}`)
  }
}

function valueAt(curve: Curve, step: number | null): number | null {
  const index = step === null ? -1 : curve.steps.indexOf(step)
  return curve.values[index] ?? null
}
