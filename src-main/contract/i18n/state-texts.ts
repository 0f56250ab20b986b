import type { StudyState } from '../study.ts'
import type { TrialState } from '../trial.ts'
import type { Language } from '../../i18n/language.ts'

/**
 * The words for states, shared by reports, terminal and window. An interrupted study is one that the
 * database calls running while its process is gone; an infeasible trial breaks a constraint.
 */
export type StateTexts = Readonly<
  Record<`studyState.${StudyState | 'interrupted'}` | `state.${TrialState}` | 'infeasible', string>
>

export const englishStates = {
  'studyState.created': 'Not started',
  'studyState.running': 'Running',
  'studyState.interrupted': 'Interrupted',
  'studyState.paused': 'Paused',
  'studyState.stopped': 'Stopped',
  'studyState.finished': 'Finished',
  'studyState.failed': 'Failed',
  'state.running': 'running',
  'state.complete': 'complete',
  'state.pruned': 'pruned',
  'state.failed': 'failed',
  'state.cancelled': 'cancelled',
  'state.interrupted': 'interrupted',
  infeasible: 'infeasible',
} as const satisfies StateTexts

export const chineseStates: StateTexts = {
  'studyState.created': '未开始',
  'studyState.running': '运行中',
  'studyState.interrupted': '已中断',
  'studyState.paused': '已暂停',
  'studyState.stopped': '已停止',
  'studyState.finished': '已完成',
  'studyState.failed': '失败',
  'state.running': '运行中',
  'state.complete': '完成',
  'state.pruned': '已剪枝',
  'state.failed': '失败',
  'state.cancelled': '已取消',
  'state.interrupted': '中断',
  infeasible: '不可行',
}

export const stateTexts: Readonly<Record<Language, StateTexts>> = {
  en: englishStates,
  'zh-CN': chineseStates,
}
