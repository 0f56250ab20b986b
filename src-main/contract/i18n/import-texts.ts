import type { ImportNote, ImportNoteCode, StoredNote } from '../import-note.ts'
import type { Language } from '../../i18n/language.ts'

/** One sentence per note: what is otherwise here than in the file of the other program. */
type NoteTexts = {
  readonly [Code in ImportNoteCode]: (note: Extract<ImportNote, { code: Code }>) => string
}

const english: NoteTexts = {
  parameterRenamed: ({ parameter, name }) => `parameter ${quote(parameter)} is called ${name} here`,
  parameterUnexplained: ({ parameter }) =>
    `${parameter} is missing in some trials, and no category says when`,
  parameterEmpty: ({ parameter }) => `${parameter} is empty in every run and left out`,
  plainScale: ({ parameter }) => `${parameter} is searched on a plain scale: its grid begins at 0`,
  cutAtDeviations: ({ parameter, program }) =>
    `${parameter} is cut six standard deviations from its mean, where ${program} has no bounds`,
  noBetaDistribution: ({ parameter }) =>
    `${parameter} is searched evenly: there is no beta distribution here`,
  optionRenamed: ({ parameter, index, name }) =>
    `option ${index} of ${parameter} is called ${name} here`,
  optionNeverDrawn: ({ parameter }) => `an option of ${parameter} with probability 0 is left out`,
  valueAsText: ({ field, text }) => `${field}: ${text} is a text here`,
  columnsLeftOut: ({ columns }) => `columns left out: ${columns.join(', ')}`,
  columnsUnknown: ({ columns }) =>
    `columns that are no parameter of the study file: ${columns.join(', ')}`,
  rangesOfTable: () => 'ranges are those of the values in the table',
  rowsOutside: ({ rows, more }) =>
    `rows that are no point of the study file's space: ${rows.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  keyLeftOut: ({ key }) => `${key} is left out`,
  macroLeftOut: ({ macro }) => `${macro} in the command is left out`,
  samplerChosen: ({ method }) => `method ${method}: the sampler is chosen here by the study (auto)`,
  metricsOfProgram: () =>
    'the program must print its metrics as lines of JSON, or the study file say how to read them (metrics)',
  valuesMissing: ({ trial }) =>
    `trial ${trial} is complete without all its values and counts as failed`,
  stepsLeftOut: ({ trial, count, largest }) =>
    `trial ${trial}: ${count} intermediate values at steps below 0 or above ${largest} are left out`,
  objectiveMissing: () =>
    'objective is missing: say what is trained, e.g. { command: [python, train.py] }',
  goalGuessed: () => 'the goal is a guess: the file names no metric',
  endMissing: ({ trials }) => `the file says no end: ${trials} trials`,
}

const chinese: NoteTexts = {
  parameterRenamed: ({ parameter, name }) => `参数 ${quote(parameter)} 在此处名为 ${name}`,
  parameterUnexplained: ({ parameter }) => `部分试验缺少 ${parameter}，且没有类别参数说明何时缺少`,
  parameterEmpty: ({ parameter }) => `${parameter} 在所有运行中均为空，已略去`,
  plainScale: ({ parameter }) => `${parameter} 按线性刻度搜索：其网格从 0 开始`,
  cutAtDeviations: ({ parameter, program }) =>
    `${parameter} 在距均值六个标准差处截断，而 ${program} 不设边界`,
  noBetaDistribution: ({ parameter }) => `${parameter} 按均匀分布搜索：此处没有 beta 分布`,
  optionRenamed: ({ parameter, index, name }) =>
    `${parameter} 的第 ${index} 个选项（从 0 数起）在此处名为 ${name}`,
  optionNeverDrawn: ({ parameter }) => `${parameter} 中概率为 0 的选项已略去`,
  valueAsText: ({ field, text }) => `${field}：${text} 在此处为文本`,
  columnsLeftOut: ({ columns }) => `略去的列：${columns.join('、')}`,
  columnsUnknown: ({ columns }) => `不是研究文件参数的列：${columns.join('、')}`,
  rangesOfTable: () => '取值范围即表中各值的范围',
  rowsOutside: ({ rows, more }) =>
    `不在研究文件搜索空间内的行：${rows.join('、')}${more > 0 ? `，另有 ${more} 行` : ''}`,
  keyLeftOut: ({ key }) => `已略去 ${key}`,
  macroLeftOut: ({ macro }) => `已略去命令中的 ${macro}`,
  samplerChosen: ({ method }) => `method ${method}：此处由研究自行选择采样器（auto）`,
  metricsOfProgram: () => '程序须以 JSON 行的形式输出指标，或由研究文件说明如何读取（metrics）',
  valuesMissing: ({ trial }) => `试验 ${trial} 已完成但缺少部分目标值，计为失败`,
  stepsLeftOut: ({ trial, count, largest }) =>
    `试验 ${trial}：步数小于 0 或大于 ${largest} 的 ${count} 个中间值已略去`,
  objectiveMissing: () => '缺少 objective：请写明要训练什么，例如 { command: [python, train.py] }',
  goalGuessed: () => '目标为猜测：文件没有写明指标',
  endMissing: ({ trials }) => `文件没有写明何时结束：取 ${trials} 次试验`,
}

const texts: Readonly<Record<Language, NoteTexts>> = { en: english, 'zh-CN': chinese }

/** @returns the note in a language; a sentence that an earlier version stored stays as it is, in English */
export function importNoteText(note: StoredNote, language: Language): string {
  if (typeof note === 'string') return note
  // The text of a code takes the note of that code.
  const write = texts[language][note.code] as (note: ImportNote) => string
  return write(note)
}

/** First line of a study file that another program's file became. */
export function importedFileText(program: string, language: Language): string {
  return language === 'en' ? `From a file of ${program}.` : `由 ${program} 的文件生成。`
}

/** The language that a note is in, for markup. */
export function importNoteLanguage(note: StoredNote, language: Language): Language {
  return typeof note === 'string' ? 'en' : language
}

function quote(text: string): string {
  return JSON.stringify(text)
}
