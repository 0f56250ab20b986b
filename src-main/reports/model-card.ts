import { ensembleMessage } from '../analysis/summary/ensemble.ts'
import { testedModelMessage } from '../analysis/summary/test-gap.ts'
import { testLooksMessage } from '../core/study/test-looks.ts'
import { repeatedTrainings } from '../core/study/trainings.ts'
import { type BuiltModel, isMeasuredLater } from '../core/models/built-model.ts'
import type { ExportedModel } from '../core/models/exported-model.ts'
import { msg } from '../core/errors/message.ts'
import type { Language } from '../core/i18n/language.ts'
import type { StudySnapshot } from '../core/study/study.ts'
import type { Goal } from '../core/study/study-specification.ts'
import { formatMetric } from '../core/i18n/format-number.ts'
import { metricLabel } from '../core/i18n/metric-label.ts'
import { createTranslate, type Translate } from '../core/i18n/translate.ts'
import { datasetProperties } from '../analysis/summary/dataset-properties.ts'
import { markdownCode, markdownText } from './text/markdown-text.ts'

/**
 * The model card as Markdown: what the model is, how well it does and how that was measured, what it was trained
 * on, how to use it. After Mitchell et al.: Model cards for model reporting. FAT* 2019, doi:10.1145/3287560.3287596.
 */
export function buildModelCard(
  { study, winner }: Pick<StudySnapshot, 'study' | 'winner'>,
  built: Omit<BuiltModel, 'modelPath' | 'weightsPath'>,
  model: ExportedModel,
  language: Language,
  {
    onnx = false,
    files = [],
  }: {
    readonly onnx?: boolean
    /** Those that libraries of trees read themselves. */
    readonly files?: readonly string[]
  } = {},
): string {
  const t = createTranslate(language)
  const named = (name: string, value: string | readonly string[]): string =>
    t('list.named', { name, value })
  const list = (entries: readonly (readonly [string, string])[]): string[] =>
    entries.map(([name, value]) => `- ${named(markdownText(name), markdownCode(value))}`)
  // Where the data lie on this machine is nobody's business.
  const { sourceDirectory: _, networkInputs: _inputs, ...dataset } = study.dataset ?? {}
  const { members, ensemble, refit, test } = built
  const { objective, goals } = study.specification
  const listMetrics = (metrics: Readonly<Record<string, number>>): string[] =>
    Object.entries(metrics).map(([name, value]) => {
      const label = metricLabel(name, objective, t)
      const entry = named(markdownText(label), markdownCode(formatMetric(value)))
      // Programs that read the model's files know the metric by its name.
      return label === name ? `- ${entry}` : `- ${entry} (${markdownCode(name)})`
    })
  const trees = members.length === 1 ? model.trees : undefined
  const outputs =
    model.outputs.kind === 'classes'
      ? named(t('modelCard.classes'), model.outputs.names.map(markdownCode))
      : named(t('modelCard.target'), markdownCode(model.outputs.target))
  return [
    `# ${t('modelCard.title', { study: markdownText(study.name) })}`,
    '',
    `## ${t('modelCard.what')}`,
    '',
    t('modelCard.whatText', {
      task: model.task,
      trial: chosen(built, trees, t),
      outputs,
    }),
    ...(trees === undefined ? [] : ['', t('modelCard.trees', { ...treesBy(trees) })]),
    '',
    `## ${t('modelCard.quality')}`,
    '',
    ...(refit ? [t('modelCard.refit'), ''] : []),
    t(ensemble === null ? 'modelCard.validation' : 'modelCard.validationOfMany'),
    '',
    ...listMetrics(validationOf(built, goals)),
    '',
    ...foldRemark(ensemble !== null, study.specification, t),
    ...modelRemark(built, study.specification, t),
    ...(ensemble === null || members.length === 1
      ? []
      : [
          t('modelCard.alone', { number: ensemble.single.trialNumber }),
          '',
          ...listMetrics(ensemble.single.metrics),
          '',
        ]),
    ...(ensemble?.isWorse === true
      ? [t('modelCard.isWorse', { number: ensemble.single.trialNumber }), '']
      : []),
    ...(test === null
      ? [t('modelCard.untested')]
      : [t('modelCard.test'), '', ...listMetrics(test), ...testRemarks(winner, built, t)]),
    '',
    t('modelCard.limits'),
    '',
    ...importanceOf(trees, t, list),
    `## ${t('modelCard.data')}`,
    '',
    ...list(datasetProperties(dataset, t)),
    '',
    `## ${t('modelCard.hyperparameters')}`,
    '',
    ...members.flatMap(({ trial }) => [
      ...(members.length === 1
        ? []
        : [`### ${t('modelCard.memberTitle', { number: trial.number })}`, '']),
      ...list(Object.entries(trial.parameters).map(([name, value]) => [name, String(value)])),
      '',
    ]),
    `## ${t('modelCard.use')}`,
    '',
    t('modelCard.useText'),
    '',
    '```',
    'tunewright predict . DATA -o predictions.csv',
    '```',
    ...(files.length > 0
      ? ['', t('modelCard.libraryFiles', { files: files.map(markdownCode) })]
      : []),
    ...(onnx ? ['', t(trees === undefined ? 'modelCard.onnx' : 'modelCard.onnxOfTrees')] : []),
    ...(files.length > 0 || (onnx && trees !== undefined) ? ['', t('modelCard.treeColumns')] : []),
    '',
  ].join('\n')
}

/** Which of the two values of a metric this is: the mean of folds, or that of the rows of all folds together. */
function foldRemark(
  isPooled: boolean,
  { folds, replicates }: StudySnapshot['study']['specification'],
  t: Translate,
): string[] {
  if (folds === 1) return []
  const message = isPooled
    ? msg('folds.pooled', { folds, by: replicates.value })
    : msg('folds.combined', { folds, by: replicates.value })
  return [t.format(message), '']
}

/** Which of the models of a trial it is. */
function modelRemark(
  { ensemble, refit }: Described,
  specification: StudySnapshot['study']['specification'],
  t: Translate,
): string[] {
  const model = testedModelMessage(repeatedTrainings(specification))
  return model === null || ensemble !== null || refit
    ? []
    : [t('modelCard.testModel', { model }), '']
}

/** How often the test rows were looked at. */
function testRemarks(winner: StudySnapshot['winner'], built: Described, t: Translate): string[] {
  const looks = winner?.looks ?? null
  return looks === null ? [] : ['', t.format(testLooksMessage(looks, isMeasuredLater(built)))]
}

type Trees = NonNullable<ExportedModel['trees']>
type Described = Pick<BuiltModel, 'members' | 'ensemble' | 'refit'>

/** Which trial it is, or which trials with their shares. */
function chosen(
  { members, ensemble, refit }: Described,
  trees: Trees | undefined,
  t: Translate,
): string {
  const [first] = members
  if (members.length > 1 && ensemble !== null) {
    return t.format(ensembleMessage({ ...ensemble, refit }))
  }
  return t('modelCard.trial', {
    number: first?.trial.number ?? 0,
    step: first?.trial.bestStep ?? null,
    unit: trees?.family ?? 'network',
  })
}

function validationOf(
  { members, ensemble }: Described,
  goals: readonly Goal[],
): Readonly<Record<string, number>> {
  if (ensemble !== null) return ensemble.metrics
  const values = members[0]?.trial.values ?? []
  return Object.fromEntries(goals.map(({ metric }, index) => [metric, values[index] ?? Number.NaN]))
}

const MAX_COLUMNS_SHOWN = 20

function importanceOf(
  trees: Trees | undefined,
  t: Translate,
  list: (entries: readonly (readonly [string, string])[]) => string[],
): string[] {
  const shares = Object.entries(trees?.gainShares ?? {}).toSorted(([, a], [, b]) => b - a)
  if (shares.length === 0) return []
  const most = shares.slice(0, MAX_COLUMNS_SHOWN)
  return [
    `## ${t('modelCard.importance')}`,
    '',
    t('modelCard.importanceText'),
    '',
    ...list(most.map(([name, share]) => [name, `${(100 * share).toFixed(1)} %`])),
    '',
  ]
}

function treesBy({ family, library, version }: Trees) {
  return {
    family,
    library: library === 'tunewright' ? 'Tunewright' : markdownText(library),
    version: markdownText(version),
  }
}
