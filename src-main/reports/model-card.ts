import type { ExportedModel } from '../contract/exported-model.ts'
import type { Language } from '../i18n/language.ts'
import type { JsonObject } from '../contract/json.ts'
import type { StudySnapshot } from '../contract/study.ts'
import type { TrialRecord } from '../contract/trial.ts'
import { formatMetric } from '../i18n/format-number.ts'

const texts = {
  en: {
    title: (study: string) => `Model of the study “${study}”`,
    what: 'What it is',
    task: 'Task',
    classes: 'Classes',
    target: 'Target',
    trial: (number: number, step: number | null) =>
      `Trial ${number}${step === null ? '' : `, weights of epoch ${step}`}`,
    quality: 'How well it does',
    validation: 'Validation split (it chose the model, so it flatters)',
    test: 'Test split (looked at once, after the search)',
    untested: 'It has not been tested on the test split.',
    limits:
      'These figures hold for data like those it was trained on. Check them on your own data before you rely on the model.',
    data: 'Data',
    hyperparameters: 'Hyperparameters',
    use: 'How to use it',
    useText:
      'Preprocessing and network stand in `model.json`, weights in `weights.safetensors`. On new data:',
    onnx: '`model.onnx` is the network alone, for any ONNX runtime (operator set 17): its `input` is prepared data, as `preprocessing` of `model.json` says; its output are probabilities of the classes, or the value in its own units.',
  },
  'zh-CN': {
    title: (study: string) => `研究“${study}”的模型`,
    what: '说明',
    task: '任务',
    classes: '类别',
    target: '目标',
    trial: (number: number, step: number | null) =>
      `试验 ${number}${step === null ? '' : `，第 ${step} 轮的权重`}`,
    quality: '效果',
    validation: '验证集（模型据此选出，数值偏乐观）',
    test: '测试集（搜索结束后只看一次）',
    untested: '尚未在测试集上检验。',
    limits: '这些数值只适用于与训练数据相似的数据。使用之前，请先用自己的数据检验。',
    data: '数据',
    hyperparameters: '超参数',
    use: '使用方法',
    onnx: '`model.onnx` 只含网络，可用于任何 ONNX 运行时（算子集 17）：`input` 是按 `model.json` 的 `preprocessing` 处理后的数据；输出是各类别的概率，或以目标自身单位表示的数值。',
    useText: '预处理与网络在 `model.json` 中，权重在 `weights.safetensors` 中。用于新数据：',
  },
} as const

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
  const words = texts[language]
  const { study, winner } = snapshot
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
      ? `${words.classes}: ${model.outputs.names.map(code).join(', ')}`
      : `${words.target}: ${code(model.outputs.target)}`
  return [
    `# ${words.title(study.name)}`,
    '',
    `## ${words.what}`,
    '',
    `${words.task}: ${model.task}. ${words.trial(trial.number, trial.bestStep)}. ${outputs}.`,
    '',
    `## ${words.quality}`,
    '',
    `${words.validation}:`,
    '',
    ...list(validation),
    '',
    ...(test === null ? [words.untested] : [`${words.test}:`, '', ...list(test)]),
    '',
    words.limits,
    '',
    `## ${words.data}`,
    '',
    ...list(datasetFacts(study.dataset ?? {})),
    '',
    `## ${words.hyperparameters}`,
    '',
    ...list(Object.entries(trial.parameters).map(([name, value]) => [name, String(value)])),
    '',
    `## ${words.use}`,
    '',
    words.useText,
    '',
    '```',
    'tunewright predict . DATA -o predictions.csv',
    '```',
    ...(onnx ? ['', words.onnx] : []),
    '',
  ].join('\n')
}

/** Facts about the data; where they lie on this machine is nobody's business. */
function datasetFacts(dataset: JsonObject): [string, string][] {
  return Object.entries(dataset)
    .filter(([name]) => name !== 'sourceDirectory' && name !== 'networkInputs')
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
}

function list(entries: readonly (readonly [string, string])[]): string[] {
  return entries.map(([name, value]) => `- ${name}: ${code(value)}`)
}

/** Text that Markdown leaves as it is. */
function code(text: string): string {
  const ticks = text.includes('`') ? '``' : '`'
  return `${ticks}${text.replaceAll(/[\r\n]+/g, ' ')}${ticks}`
}
