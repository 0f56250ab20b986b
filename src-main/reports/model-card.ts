import type { ExportedModel } from '../contract/exported-model.ts'
import type { Language } from '../i18n/language.ts'
import type { StudySnapshot } from '../contract/study.ts'
import type { TrialRecord } from '../contract/trial.ts'
import { formatMetric } from '../i18n/format-number.ts'
import { createTranslate } from '../i18n/translate.ts'
import { datasetFacts } from '../analysis/summary/dataset-facts.ts'

/**
 * The model card as Markdown: what the model is, how well it does and how that was measured, what it was trained
 * on, how to use it. After Mitchell et al.: Model cards for model reporting. FAT* 2019, doi:10.1145/3287560.3287596.
 */
export function buildModelCard(
  snapshot: StudySnapshot,
  trial: TrialRecord,
  model: ExportedModel,
  language: Language,
  onnx = false,
): string {
  const t = createTranslate(language)
  const named = (name: string, value: string | readonly string[]): string =>
    t('list.named', { name, value })
  const list = (entries: readonly (readonly [string, string])[]): string[] =>
    entries.map(([name, value]) => `- ${named(name, code(value))}`)
  const { study, winner } = snapshot
  // Where the data lie on this machine is nobody's business.
  const { sourceDirectory: _, networkInputs: _inputs, ...dataset } = study.dataset ?? {}
  const { goals } = study.specification
  const validation = goals.map((goal, index): [string, string] => [
    goal.metric,
    formatMetric(trial.values[index] ?? Number.NaN),
  ])
  const test =
    winner?.trialNumber === trial.number
      ? Object.entries(winner.metrics).map(([name, value]): [string, string] => [
          name,
          formatMetric(value),
        ])
      : null
  const outputs =
    model.outputs.kind === 'classes'
      ? named(t('modelCard.classes'), model.outputs.names.map(code))
      : named(t('modelCard.target'), code(model.outputs.target))
  return [
    `# ${t('modelCard.title', { study: study.name })}`,
    '',
    `## ${t('modelCard.what')}`,
    '',
    t('modelCard.whatText', {
      task: model.task,
      trial: t('modelCard.trial', { number: trial.number, step: trial.bestStep }),
      outputs,
    }),
    '',
    `## ${t('modelCard.quality')}`,
    '',
    t('modelCard.validation'),
    '',
    ...list(validation),
    '',
    ...(test === null ? [t('modelCard.untested')] : [t('modelCard.test'), '', ...list(test)]),
    '',
    t('modelCard.limits'),
    '',
    `## ${t('modelCard.data')}`,
    '',
    ...list(datasetFacts(dataset, t)),
    '',
    `## ${t('modelCard.hyperparameters')}`,
    '',
    ...list(Object.entries(trial.parameters).map(([name, value]) => [name, String(value)])),
    '',
    `## ${t('modelCard.use')}`,
    '',
    t('modelCard.useText'),
    '',
    '```',
    'tunewright predict . DATA -o predictions.csv',
    '```',
    ...(onnx ? ['', t('modelCard.onnx')] : []),
    '',
  ].join('\n')
}

/** Text that Markdown leaves as it is. */
function code(text: string): string {
  const ticks = text.includes('`') ? '``' : '`'
  return `${ticks}${text.replaceAll(/[\r\n]+/g, ' ')}${ticks}`
}
