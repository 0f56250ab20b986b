import type { Language } from '../../i18n/language.ts'

/** Texts of the live progress; `{name}` is replaced by a value. */
export const englishProgress = {
  elapsed: 'elapsed {duration}',
  remaining: 'left {duration}',
  remainingUnknown: 'left unknown',
  best: 'best {metric} {value}, trial {number}',
  noBest: 'no complete trial yet',
  trial: 'trial {number}',
  step: 'step {done}/{total}',
  stepOnly: 'step {done}',
  starting: 'starting',
  counts: '{complete} complete, {pruned} pruned, {failed} failed',
  finishedBest: 'best {value}, trial {number}',
  more: 'and {count} more',
} as const

export type ProgressMessageKey = keyof typeof englishProgress

export const chineseProgress: Readonly<Record<ProgressMessageKey, string>> = {
  elapsed: '已用 {duration}',
  remaining: '剩余 {duration}',
  remainingUnknown: '剩余时间未知',
  best: '最佳 {metric} {value}，试验 {number}',
  noBest: '尚无完成的试验',
  trial: '试验 {number}',
  step: '第 {done}/{total} 步',
  stepOnly: '第 {done} 步',
  starting: '启动中',
  counts: '完成 {complete}，剪枝 {pruned}，失败 {failed}',
  finishedBest: '最佳 {value}，试验 {number}',
  more: '另有 {count} 个',
}

export type ProgressTranslate = (
  key: ProgressMessageKey,
  values?: Readonly<Record<string, string | number>>,
) => string

export function createProgressTranslate(language: Language): ProgressTranslate {
  const catalog = language === 'en' ? englishProgress : chineseProgress
  return (key, values = {}) =>
    catalog[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
