import { readFindings, type DatasetFinding } from '../dataset.ts'
import type { JsonObject } from '../json.ts'
import type { Language } from '../../i18n/language.ts'

const parts = {
  en: { train: 'training', validation: 'validation', test: 'test' },
  'zh-CN': { train: '训练', validation: '验证', test: '测试' },
} as const

/** What looks wrong with data, in a sentence. */
export function findingText(finding: DatasetFinding, language: Language): string {
  if (finding.kind === 'targetInColumn') {
    return language === 'en'
      ? `Column ${finding.column} tells the target by itself: is it known before the target is? If not, list it in ignore.`
      : `列 ${finding.column} 本身就能得出目标：它在目标已知之前就有吗？如果没有，请列入 ignore。`
  }
  const { rows, of } = finding
  const [from, to] = [parts[language][finding.from], parts[language][finding.to]]
  return language === 'en'
    ? `${rows} of ${of} ${to} rows have the same content as ${from} rows, so the ${to} values are too good.`
    : `${of} 行${to}数据中有 ${rows} 行与${from}数据内容相同，因此${to}结果偏好。`
}

/** Sentences about what was found in a study's data; none for a study without data. */
export function findingTexts(dataset: JsonObject | null, language: Language): readonly string[] {
  return dataset === null ? [] : readFindings(dataset).map(one => findingText(one, language))
}
